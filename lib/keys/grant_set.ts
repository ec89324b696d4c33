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
  readonly sealed: SealedRecord;
  readonly record: GrantRecord;
  readonly grant: Grant;
}

const none: readonly Grant[] = Object.freeze([]);

export class GrantSet {
  static readonly empty = new GrantSet([]);

  /** In the order of their ids. */
  readonly all: readonly StoredGrant[];
  readonly #byId = new Map<string, StoredGrant>();
  readonly #byGrantee = new Map<string, Grant[]>();

  constructor(all: readonly StoredGrant[]) {
    this.all = all;
    for (const stored of all) {
      this.#byId.set(stored.grantId, stored);
      const name = nameOf(stored.grant.grantee);
      const known = this.#byGrantee.get(name);
      if (known === undefined) this.#byGrantee.set(name, [stored.grant]);
      else known.push(stored.grant);
    }
  }

  get(grantId: string): StoredGrant | undefined {
    return this.#byId.get(grantId);
  }

  /** Those whose grantee can be the principal. */
  grantsFor(principal: Principal): readonly Grant[] {
    if (this.all.length === 0) return none;
    const { account, arn, roleArn, uniqueId, service, federatedProvider } = principal;
    const names = new Set([account, arn, roleArn, uniqueId, service, federatedProvider]);
    return [...names].flatMap((name) => this.#byGrantee.get(name ?? '') ?? none);
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
export function toStoredGrant(sealed: SealedRecord, keyArn: string, key: KeyRecord): StoredGrant {
  const grantId = sealed.path.slice(sealed.path.lastIndexOf('/') + 1);
  const record = decodeGrantRecord(sealed.value);
  return { grantId, sealed, record, grant: compileGrantRecord(grantId, record, keyArn, key) };
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
