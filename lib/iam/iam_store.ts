// IAM's records read and changed. A change is planned on what was read and written all or nothing;
// when somebody came in between, it is planned again.

import { IamError } from '../errors.js';
import type { Addon } from '../hsm/index.js';
import type { HeldRootKey } from '../keys/root_key.js';
import type { SealedChange, SealedRecord, SealedStore } from '../store/sealed_store.js';
import type { EntityKind } from './iam_arn.js';
import type { AccountRecord, Records } from './records.js';
import {
  accountPath,
  decodeIamRecord,
  encodeIamRecord,
  entitiesPrefix,
  entityPath,
} from './records.js';

/** Each failed attempt means that another writer's succeeded. */
const commitAttemptsMax = 100;

/** What IAM stands on. */
export interface IamGround {
  readonly hsm: Addon;
  readonly rootKey: HeldRootKey;
  readonly store: SealedStore;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** What is committed together with every change. */
  readonly attach?: () => readonly SealedChange[];
  /** Admits the caller to what a change is planned on. @throws IamError AccessDenied */
  readonly admit?: (() => Promise<void>) | undefined;
}

/** A record that was read, and what a change of it is compared with. */
export interface Entry<Record> {
  readonly path: string;
  readonly record: Record;
  readonly sealed: SealedRecord | undefined;
}

/** What is to be written, and what the caller is told once it is. */
export interface Plan<Output> {
  readonly changes: readonly SealedChange[];
  readonly output: Output;
}

/** Where the next page of a list begins, and which entries count. */
export interface ListQuery<Record> {
  readonly after: string | undefined;
  readonly limit: number;
  readonly keeps: (record: Record) => boolean;
}

export async function readEntity<Kind extends EntityKind>(
  { store }: IamGround,
  account: string,
  kind: Kind,
  name: string,
): Promise<Entry<Records[Kind]> | undefined> {
  const path = entityPath(account, kind, name);
  const sealed = await store.get(path);
  if (sealed === undefined) return undefined;
  const record = decodeIamRecord<Records[Kind]>(sealed.value);
  return record.name === name ? { path, record, sealed } : undefined;
}

/** The account's own record; an empty one when it has none yet. */
export async function readAccount(
  { store }: IamGround,
  account: string,
): Promise<Entry<AccountRecord>> {
  const path = accountPath(account);
  const sealed = await store.get(path);
  const record: AccountRecord =
    sealed === undefined ? { format: 1, accessKeys: [] } : decodeIamRecord(sealed.value);
  return { path, record, sealed };
}

/** The entities of a kind in the order of their names, up to a limit. */
export async function listEntities<Kind extends EntityKind>(
  { store }: IamGround,
  account: string,
  kind: Kind,
  { after, limit, keeps }: ListQuery<Records[Kind]>,
): Promise<Records[Kind][]> {
  const prefix = entitiesPrefix(account, kind);
  const found: Records[Kind][] = [];
  let behind = after === undefined ? undefined : `${prefix}${after}`;
  for (;;) {
    const read = await store.range({ prefix, after: behind, limit });
    const records = read.map(({ value }) => decodeIamRecord<Records[Kind]>(value));
    found.push(...records.filter(keeps));
    if (read.length < limit || found.length >= limit) return found.slice(0, limit);
    behind = read.at(-1)?.path;
  }
}

/** The change that puts another record in an entry's place. */
export function replace<Record extends object>(
  { path, sealed }: Entry<Record>,
  record: Record,
): SealedChange {
  return { path, before: sealed, after: encodeIamRecord<Record>(record as Omit<Record, 'format'>) };
}

/** The change that takes an entry away. */
export function remove({ path, sealed }: Entry<unknown>): SealedChange {
  return { path, before: sealed, after: undefined };
}

/**
 * Plans and writes, again and again until nobody came in between. What the plan wraps under the root
 * key it wraps anew each time.
 *
 * @throws IamError ServiceFailure; whatever the plan throws
 */
export async function commitPlan<Output>(
  { store, attach = () => [], admit }: IamGround,
  plan: () => Promise<Plan<Output>>,
): Promise<Output> {
  for (let attempt = 1; ; attempt++) {
    const { lock } = store;
    const { changes, output } = await plan();
    // What the plan was made on is what is there when it is committed: so is what is looked at here.
    if (changes.length > 0) await admit?.();
    if (changes.length === 0 || (await store.commit([...changes, ...attach()], lock)) !== undefined)
      return output;
    if (attempt === commitAttemptsMax)
      throw new IamError('ServiceFailure', 'the record is being changed by others all the time');
  }
}
