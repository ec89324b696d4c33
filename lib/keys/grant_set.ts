// The grants of a key, ready to decide, and found by whom they can name: a key may have tens of
// thousands, and a caller is named by few.

import type { Grant, Principal, PrincipalPattern } from '../authorization/index.js';
import { compileGrant } from '../authorization/index.js';
import { KmsError } from '../errors.js';
import type { SealedRecord } from '../store/sealed_store.js';
import type { GrantRecord } from './grant_record.js';
import { decodeGrantRecord } from './grant_record.js';
import type { KeyRecord } from './key_record.js';

/** A grant of the store, and what the decision sees of it. */
export interface StoredGrant {
  readonly grantId: string;
  readonly record: GrantRecord;
  readonly grant: Grant;
}

const none: readonly Grant[] = Object.freeze([]);

/** One set serves all versions of a key that a process has at a time: it only becomes newer. */
export class GrantSet {
  /** Of a key without grants; never added to. */
  static readonly empty = new GrantSet();

  /** The version of the key's grants that it has at least. */
  version = 0;
  readonly #byId = new Map<string, StoredGrant>();
  readonly #byGrantee = new Map<string, Grant[]>();
  #inOrder: readonly StoredGrant[] | undefined;

  /** In the order of their ids. */
  get all(): readonly StoredGrant[] {
    this.#inOrder ??= [...this.#byId.values()].sort((a, b) => (a.grantId < b.grantId ? -1 : 1));
    return this.#inOrder;
  }

  get(grantId: string): StoredGrant | undefined {
    return this.#byId.get(grantId);
  }

  /** Those of a name; none for the many that have no name. */
  named(name: string | undefined): Grant[] {
    const found: Grant[] = [];
    if (name === undefined) return found;
    for (const { grant } of this.#byId.values()) if (grant.name === name) found.push(grant);
    return found;
  }

  /** Those whose grantee can be the principal. */
  grantsFor(principal: Principal): readonly Grant[] {
    if (this.#byId.size === 0) return none;
    const { account, arn, roleArn, uniqueId, service, federatedProvider } = principal;
    const names = new Set([account, arn, roleArn, uniqueId, service, federatedProvider]);
    return [...names].flatMap((name) => this.#byGrantee.get(name ?? '') ?? none);
  }

  add(stored: StoredGrant): void {
    this.delete(stored.grantId);
    this.#byId.set(stored.grantId, stored);
    const name = nameOf(stored.grant.grantee);
    const known = this.#byGrantee.get(name);
    if (known === undefined) this.#byGrantee.set(name, [stored.grant]);
    else known.push(stored.grant);
    this.#inOrder = undefined;
  }

  delete(grantId: string): void {
    const stored = this.#byId.get(grantId);
    if (stored === undefined) return;
    this.#byId.delete(grantId);
    this.#inOrder = undefined;
    const name = nameOf(stored.grant.grantee);
    const left = (this.#byGrantee.get(name) ?? none).filter((grant) => grant !== stored.grant);
    if (left.length > 0) this.#byGrantee.set(name, left);
    else this.#byGrantee.delete(name);
  }
}

/** What a pattern compares a principal with, as text. */
function nameOf(pattern: PrincipalPattern): string {
  switch (pattern.kind) {
    case 'account':
      return pattern.account;
    case 'unique id':
      return pattern.uniqueId;
    case 'service':
    case 'provider':
      return pattern.name;
    case 'any':
      return '*';
    default:
      return pattern.uniqueId ?? pattern.arn;
  }
}

/** @param sealed - a grant's record, whose path ends in the grant's id */
export function toStoredGrant(
  { path, value }: SealedRecord,
  keyArn: string,
  key: KeyRecord,
): StoredGrant {
  const grantId = path.slice(path.lastIndexOf('/') + 1);
  const record = decodeGrantRecord(value);
  return { grantId, record, grant: compileGrantRecord(grantId, record, keyArn, key) };
}

/** @throws KmsError InvalidArnException, ValidationException when the grant cannot be */
export function compileGrantRecord(
  grantId: string,
  record: Omit<GrantRecord, 'format' | 'createdAtMs'>,
  keyArn: string,
  key: Pick<KeyRecord, 'keySpec' | 'keyUsage'>,
): Grant {
  const entry = {
    GrantId: grantId,
    KeyId: keyArn,
    Name: record.name,
    GranteePrincipal: record.granteePrincipal,
    GranteeServicePrincipal: record.granteeServicePrincipal,
    RetiringPrincipal: record.retiringPrincipal,
    RetiringServicePrincipal: record.retiringServicePrincipal,
    IssuingAccount: `arn:aws:iam::${record.issuingAccount}:root`,
    Operations: record.operations,
    Constraints: record.constraints,
  };
  const result = compileGrant(entry, key, (arn) => record.bindings[arn]);
  if (!result.ok) throw new KmsError(result.error.name, result.error.message);
  return result.value;
}
