// NIST ACVP sets as BoringSSL keeps them: NAME.vectors holds the prompts, NAME.expected the
// answers, test by test.

import { type Shape, type StrictRecord, strictRecord } from './strict_record.js';

const sessionShape = {
  acvVersion: 'number?',
  time: 'string?',
  url: 'string?',
  vectorSetUrls: 'array?',
} as const;
const promptsShape = {
  algorithm: 'string',
  isSample: 'boolean',
  mode: 'string?',
  revision: 'string',
  testGroups: 'array',
  vsId: 'number',
} as const;
const answersShape = { algorithm: 'string', testGroups: 'array', vsId: 'number' } as const;
const groupShape = { tgId: 'number', testType: 'string' } as const;
const answerGroupShape = { tgId: 'number' } as const;

/** One test with its group and its answer. */
export interface AcvpTest<G extends Shape, P extends Shape, A extends Shape> {
  readonly group: StrictRecord<G>;
  readonly prompt: StrictRecord<P>;
  readonly answer: StrictRecord<A>;
  readonly name: string;
}

/**
 * All tests of a set with their answers.
 *
 * @throws Error for an unknown field, or when prompts and answers do not pair one to one
 */
export function readAcvp<const G extends Shape, const P extends Shape, const A extends Shape>(
  prompts: string,
  answers: string,
  fields: { readonly group: G; readonly prompt: P; readonly answer: A },
): AcvpTest<G, P, A>[] {
  const unused = readAnswers(answers, fields.answer);
  const tests = readGroups(prompts, promptsShape, { ...groupShape, ...fields.group }).flatMap(
    (group) =>
      testsOf(group).map((value) => {
        const prompt = strictRecord(value, 'prompt', { tcId: 'number', ...fields.prompt });
        const { tcId } = prompt as { tcId: number };
        const answer = unused.get(tcId);
        if (!unused.delete(tcId) || answer === undefined)
          throw new Error(`tcId ${tcId}: no answer`);
        return {
          group: group as StrictRecord<G>,
          prompt: prompt as StrictRecord<P>,
          answer,
          name: `tcId ${tcId}`,
        };
      }),
  );
  if (unused.size !== 0) throw new Error(`answers without prompts: ${[...unused.keys()]}`);
  return tests;
}

function readAnswers<const A extends Shape>(text: string, fields: A): Map<number, StrictRecord<A>> {
  const tests = readGroups(text, answersShape, answerGroupShape).flatMap(testsOf);
  return new Map(
    tests.map((value) => {
      const answer = strictRecord(value, 'answer', { tcId: 'number', ...fields });
      return [(answer as { tcId: number }).tcId, answer as StrictRecord<A>];
    }),
  );
}

// `tests` is null in the groups whose tests BoringSSL left out.
function readGroups(text: string, setShape: Shape, shape: Shape): Record<string, unknown>[] {
  const file = JSON.parse(text) as unknown[];
  if (file.length !== 2) throw new Error(`${file.length} parts, not 2`);
  strictRecord(file[0], 'session', sessionShape);
  const set = strictRecord(file[1], 'vector set', setShape) as unknown as {
    testGroups: readonly unknown[];
  };
  return set.testGroups.map((value) => {
    const { tests, ...group } = value as Record<string, unknown>;
    strictRecord(group, 'group', shape);
    return { ...group, tests };
  });
}

function testsOf(group: Record<string, unknown>): readonly unknown[] {
  if (group['tests'] === null) return [];
  if (!Array.isArray(group['tests'])) throw new Error('group without tests');
  return group['tests'];
}
