// Reads parsed JSON strictly: a field that is missing, of another kind or unknown is an error, so
// that no vector is half understood.

type Kinds = {
  string: string;
  number: number;
  boolean: boolean;
  array: readonly unknown[];
  object: object;
};
/** The fields of a record and their kinds; `?` after the kind: the field may be absent. */
export type Shape = Readonly<Record<string, keyof Kinds | `${keyof Kinds}?`>>;
export type StrictRecord<S extends Shape> = {
  readonly [Name in keyof S]: S[Name] extends `${infer Kind extends keyof Kinds}?`
    ? Kinds[Kind] | undefined
    : S[Name] extends keyof Kinds
      ? Kinds[S[Name]]
      : never;
};

/** @throws Error when `value` is not exactly of the shape; `where` says where it stands. */
export function strictRecord<const S extends Shape>(
  value: unknown,
  where: string,
  shape: S,
): StrictRecord<S> {
  if (kindOf(value) !== 'object') throw new Error(`${where}: not an object`);
  const record = value as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    if (!Object.hasOwn(shape, name)) throw new Error(`${where}: unknown field ${name}`);
  }
  for (const [name, kind] of Object.entries(shape)) checkField(record, name, kind, where);
  return record as StrictRecord<S>;
}

function checkField(
  record: Record<string, unknown>,
  name: string,
  kind: string,
  where: string,
): void {
  const optional = kind.endsWith('?');
  if (optional && !Object.hasOwn(record, name)) return;
  const expected = optional ? kind.slice(0, -1) : kind;
  if (kindOf(record[name]) !== expected)
    throw new Error(`${where}: field ${name} is no ${expected}`);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
