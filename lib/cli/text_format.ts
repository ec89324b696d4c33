// `--output text` as the AWS CLI has it: values between tabs, a line for each item of a list, the name
// of a member in capitals before what is nested
// (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html#text-output).

type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain };
type Structure = { readonly [name: string]: Plain };

/** @param value - as JSON has it */
export function formatText(value: unknown): string {
  return linesOf(value as Plain, undefined, undefined).join('');
}

function linesOf(
  value: Plain,
  name: string | undefined,
  columns: readonly string[] | undefined,
): string[] {
  if (Array.isArray(value)) return linesOfList(value as readonly Plain[], name);
  if (isStructure(value)) return linesOfStructure(value, name, columns);
  return [`${toText(value)}\n`];
}

function linesOfList(list: readonly Plain[], name: string | undefined): string[] {
  if (list.length === 0) return [];
  if (list.some((item) => isStructure(item))) {
    // All structures of a list show the same columns.
    const columns = [...new Set(list.flatMap((item) => scalarNames(item)))];
    return list.flatMap((item) => linesOf(item, name, columns));
  }
  const scalars = list.filter((item) => !Array.isArray(item));
  const nested = list.filter((item) => Array.isArray(item));
  return [
    ...linesOfScalars(scalars, name),
    ...nested.flatMap((item) => linesOf(item, name, undefined)),
  ];
}

function linesOfScalars(scalars: readonly Plain[], name: string | undefined): string[] {
  if (scalars.length === 0) return [];
  if (name === undefined) return [`${scalars.map(toText).join('\t')}\n`];
  return scalars.map((item) => `${name.toUpperCase()}\t${toText(item)}\n`);
}

function linesOfStructure(
  structure: Structure,
  name: string | undefined,
  columns: readonly string[] | undefined,
): string[] {
  const shown = [...(columns ?? scalarNames(structure))].sort();
  const values = shown.map((column) => (column in structure ? toText(structure[column]) : ''));
  const own = name === undefined || values.length === 0 ? values : [name.toUpperCase(), ...values];
  const nested = Object.keys(structure)
    .filter((key) => !shown.includes(key))
    .sort();
  return [
    ...(own.length === 0 ? [] : [`${own.join('\t')}\n`]),
    ...nested.flatMap((key) => linesOf(structure[key] as Plain, key, undefined)),
  ];
}

function scalarNames(value: Plain): string[] {
  if (!isStructure(value)) return [];
  return Object.keys(value).filter((name) => !isNested(value[name] as Plain));
}

function isNested(value: Plain): boolean {
  return Array.isArray(value) || isStructure(value);
}

function isStructure(value: Plain): value is Structure {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toText(value: Plain | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
