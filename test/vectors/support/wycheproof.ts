// C2SP/wycheproof, testvectors_v1: JSON files of groups of tests.

import { type Shape, type StrictRecord, strictRecord } from './strict_record.js';

const fileShape = {
  algorithm: 'string',
  header: 'array',
  notes: 'object',
  numberOfTests: 'number',
  schema: 'string',
  testGroups: 'array',
} as const;
const groupShape = { type: 'string', source: 'object', tests: 'array' } as const;
const testShape = { tcId: 'number', comment: 'string', flags: 'array', result: 'string' } as const;

/** One test with the fields of its group. */
export interface WycheproofTest<G extends Shape, T extends Shape> {
  readonly group: StrictRecord<G>;
  readonly test: StrictRecord<T>;
  readonly valid: boolean;
  /** For messages: tcId and comment. */
  readonly name: string;
}

/**
 * All tests of a file, in order.
 *
 * @param schema - the file's own name of its schema
 * @param groupFields - the fields of a group beside the common ones
 * @param testFields - the fields of a test beside the common ones
 * @throws Error for anything unknown: a field, a flag, a result, or another count than the file's
 */
export function readWycheproof<const G extends Shape, const T extends Shape>(
  text: string,
  schema: string,
  groupFields: G,
  testFields: T,
): WycheproofTest<G, T>[] {
  const file = strictRecord(JSON.parse(text), 'file', fileShape);
  if (file.schema !== schema) throw new Error(`schema ${file.schema}, not ${schema}`);
  const tests = file.testGroups.flatMap((value) => {
    const group = strictRecord(value, 'group', { ...groupShape, ...groupFields });
    const { tests } = group as StrictRecord<typeof groupShape>;
    return tests.map((test) => readTest(test, group as StrictRecord<G>, file.notes, testFields));
  });
  if (tests.length !== file.numberOfTests)
    throw new Error(`${tests.length} of ${file.numberOfTests} tests`);
  return tests;
}

function readTest<G extends Shape, const T extends Shape>(
  value: unknown,
  group: StrictRecord<G>,
  notes: object,
  testFields: T,
): WycheproofTest<G, T> {
  const test = strictRecord(value, 'test', { ...testShape, ...testFields });
  const { tcId, comment, flags, result } = test as StrictRecord<typeof testShape>;
  const name = `tcId ${tcId}: ${comment}`;
  for (const flag of flags) {
    if (!Object.hasOwn(notes, String(flag))) throw new Error(`${name}: unknown flag ${flag}`);
  }
  // 'acceptable' is a third result of the format; no file that is read here uses it.
  if (result !== 'valid' && result !== 'invalid') throw new Error(`${name}: result ${result}`);
  return { group, test: test as StrictRecord<T>, valid: result === 'valid', name };
}
