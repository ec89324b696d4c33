// Requests of one kind, many at a time: those that ask the same of the same key share one
// authorization and one native call. Each has its own answer, a result or an error.

import type { Caller as Asker } from '../authorization/index.js';
import { KeysteadError } from '../errors.js';
import type { KmsKey } from '../keys/kms_key.js';
import { keyNotFound } from '../keys/registry.js';
import { audited, parametersOf, type ToldOperation } from './audited.js';
import type { Caller } from './operation.js';

/** At most so many in one call. */
export const batchSizeMax = 10_000;

/** Requests that differ in their ciphertexts only. */
export interface Group<Request> {
  /** The first of them, which speaks for all. */
  readonly request: Request;
  readonly keys: readonly KmsKey[];
  /** Their places in the batch. */
  readonly places: number[];
}

/** How a batch is done. */
export interface BatchPlan<Input, Request, Result> {
  /** What each of the requests is, alone. */
  readonly operation: ToldOperation;
  /** Checks a request and finds its keys. May throw. */
  readonly prepare: (
    input: Input,
    caller: Caller,
    asker: Asker,
  ) => Promise<{ readonly request: Request; readonly keys: readonly KmsKey[] }>;
  /** What requests must have in common besides their keys. */
  readonly signature: (request: Request) => readonly (Uint8Array | string | undefined)[];
  /** Does a group: one answer for each of its requests, in order. Throws for all of them. */
  readonly run: (
    group: Group<Request>,
    requests: readonly Request[],
    caller: Caller,
    asker: Asker,
  ) => readonly PromiseSettledResult<Result>[];
}

/**
 * @throws KeysteadError ERR_CLOSED, ERR_INVALID_ARGUMENT for a batch that is too long; whatever else fails
 * is the answer of the request that it fails
 */
export async function runBatch<Input, Request extends object, Result>(
  plan: BatchPlan<Input, Request, Result>,
  inputs: readonly Input[],
  caller: Caller,
): Promise<PromiseSettledResult<Result>[]> {
  caller.assertOpen();
  const asked = takeBatch(inputs);
  const asker = caller.identity.current() ?? (await loadAsker(plan, caller));
  const prepared = await Promise.allSettled(
    asked.map((input) => plan.prepare(input, caller, asker)),
  );
  caller.assertOpen();
  const answers = new Array<PromiseSettledResult<Result>>(asked.length);
  for (const group of await groupsOf(plan, prepared, answers, caller, asker)) {
    const done = await runGroup(plan, prepared, group, caller, asker);
    group.places.forEach((place, i) => {
      answers[place] = done[i] as PromiseSettledResult<Result>;
    });
  }
  return answers;
}

/** Whoever is not known any more is told of as in a single request. */
async function loadAsker<Input, Request, Result>(
  { operation }: BatchPlan<Input, Request, Result>,
  caller: Caller,
): Promise<Asker> {
  return caller.identity
    .load()
    .catch((error: unknown) => audited(operation, caller, () => Promise.reject<Asker>(error)));
}

/** One event tells of all of a group. */
async function runGroup<Input, Request extends object, Result>(
  plan: BatchPlan<Input, Request, Result>,
  prepared: readonly Prepared<Request>[],
  group: Group<Request>,
  caller: Caller,
  asker: Asker,
): Promise<readonly PromiseSettledResult<Result>[]> {
  const requests = group.places.map((place) => requestAt(prepared, place));
  try {
    return await audited(
      plan.operation,
      caller,
      async (noted) => {
        noted.note?.asks(asker.principal);
        noted.note?.reads(parametersOf(group.request));
        const keys = await Promise.all(group.keys.map((key) => storedNow(key, noted)));
        caller.assertOpen();
        return plan.run({ ...group, keys }, requests, noted, asker);
      },
      countOf,
    );
  } catch (reason) {
    return requests.map(() => ({ status: 'rejected', reason }));
  }
}

/** The events of the groups before were waited for: others may have changed the key meanwhile. */
async function storedNow(key: KmsKey, { engine: { registry } }: Caller): Promise<KmsKey> {
  const found = await registry.find(key);
  if (found === undefined) throw keyNotFound(key);
  return found;
}

function countOf(answers: readonly PromiseSettledResult<unknown>[]): object {
  const failed = answers.filter(({ status }) => status === 'rejected').length;
  return { count: answers.length, failed };
}

/** A list of the engine's own: one with gaps has an answer for each of them too. */
function takeBatch<Input>(inputs: readonly Input[]): readonly Input[] {
  if (Array.isArray(inputs) && inputs.length <= batchSizeMax) return Array.from(inputs);
  throw new KeysteadError('ERR_INVALID_ARGUMENT', `a batch is a list of at most ${batchSizeMax}`);
}

type Prepared<Request> = PromiseSettledResult<{
  readonly request: Request;
  readonly keys: readonly KmsKey[];
}>;

/** The answers of those that could not be prepared are given on the way. */
async function groupsOf<Input, Request, Result>(
  plan: BatchPlan<Input, Request, Result>,
  prepared: readonly Prepared<Request>[],
  answers: PromiseSettledResult<Result>[],
  caller: Caller,
  asker: Asker,
): Promise<Iterable<Group<Request>>> {
  const groups = new Map<string, Group<Request>>();
  for (const [place, found] of prepared.entries()) {
    if (found.status === 'rejected') {
      answers[place] = await refused(plan, found, caller, asker);
      continue;
    }
    const { request, keys } = found.value;
    const name = nameOf(plan, request, keys);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { request, keys, places: [place] });
    else group.places.push(place);
  }
  return groups.values();
}

async function refused<Input, Request, Result>(
  { operation }: BatchPlan<Input, Request, Result>,
  { reason }: PromiseRejectedResult,
  caller: Caller,
  { principal }: Asker,
): Promise<PromiseRejectedResult> {
  const [answer] = await Promise.allSettled([
    audited(operation, caller, ({ note }) => {
      note?.asks(principal);
      return Promise.reject(reason);
    }),
  ]);
  return answer as PromiseRejectedResult;
}

function nameOf<Input, Request, Result>(
  plan: BatchPlan<Input, Request, Result>,
  request: Request,
  keys: readonly KmsKey[],
): string {
  return JSON.stringify([
    ...keys.map(({ arn }) => arn),
    ...plan.signature(request).map((part) => textOf(part)),
  ]);
}

function textOf(part: Uint8Array | string | undefined): string | null {
  if (part === undefined) return null;
  return typeof part === 'string' ? part : Buffer.from(part).toString('base64');
}

function requestAt<Request>(prepared: readonly Prepared<Request>[], place: number): Request {
  return (prepared[place] as Extract<Prepared<Request>, { status: 'fulfilled' }>).value.request;
}
