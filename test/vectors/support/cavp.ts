// `NAME = value` files as NIST's CAVP writes them: records of fields, comments after #.

/** The records of a file: a record ends where its first field comes again. */
export function readCavp(text: string, fields: readonly string[]): Map<string, string>[] {
  const records: Map<string, string>[] = [];
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [name, value] = splitField(line);
    if (!fields.includes(name)) throw new Error(`unknown field ${name}`);
    if (name === fields[0]) records.push(new Map());
    const record = records.at(-1);
    if (record === undefined || record.has(name)) throw new Error(`field ${name} out of order`);
    record.set(name, value);
  }
  for (const record of records) {
    if (record.size !== fields.length) throw new Error(`record with fields ${[...record.keys()]}`);
  }
  return records;
}

function splitField(line: string): [string, string] {
  const at = line.indexOf('=');
  if (at < 0) throw new Error(`no field: ${line}`);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
