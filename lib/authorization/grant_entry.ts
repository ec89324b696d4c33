// Grants as AWS's API spells them, validated when they are written (AWS KMS API Reference,
// CreateGrant) and made ready to decide.

import { grantOperations, type KmsAction, kmsAction } from './action.js';
import type { Grant } from './grant.js';
import type { GrantConstraints } from './grant_constraints.js';
import { type Result, refuse, toResult } from './policy_error.js';
import {
  type Bind,
  type PrincipalPattern,
  parsePrincipalPattern,
  parseServicePattern,
} from './principal_pattern.js';

/** The members of a grant, as CreateGrant takes and ListGrants gives them. */
export interface GrantEntry {
  readonly GrantId: string;
  readonly KeyId: string;
  readonly Name?: string | undefined;
  readonly GranteePrincipal?: string | undefined;
  readonly RetiringPrincipal?: string | undefined;
  readonly GranteeServicePrincipal?: string | undefined;
  readonly RetiringServicePrincipal?: string | undefined;
  /** The ARN of the issuing account's root. */
  readonly IssuingAccount: string;
  readonly Operations: readonly string[];
  readonly Constraints?: GrantEntryConstraints | undefined;
}

export interface GrantEntryConstraints {
  readonly EncryptionContextEquals?: Readonly<Record<string, string>> | undefined;
  readonly EncryptionContextSubset?: Readonly<Record<string, string>> | undefined;
  readonly SourceArn?: string | undefined;
}

/** What a grant's operations depend on. */
export interface GrantedKey {
  readonly keySpec: string;
  readonly keyUsage: string;
}

const constraintPairsMax = 8;
const constraintValueMax = 384;

/** @returns the grant, or InvalidArnException or ValidationException as a value */
export function compileGrant(entry: GrantEntry, key: GrantedKey, bind?: Bind): Result<Grant> {
  return toResult(() => ({
    grantId: entry.GrantId,
    name: entry.Name,
    keyArn: entry.KeyId,
    ...parseParties(entry, bind),
    issuingAccount: accountOf(entry.IssuingAccount),
    operations: parseOperations(entry.Operations, key),
    constraints: parseConstraints(entry.Constraints, key),
  }));
}

function parseParties(
  entry: GrantEntry,
  bind: Bind | undefined,
): { readonly grantee: PrincipalPattern; readonly retiring: PrincipalPattern | undefined } {
  const { GranteePrincipal, GranteeServicePrincipal } = entry;
  const { RetiringPrincipal, RetiringServicePrincipal } = entry;
  const grantee = parseParty(GranteePrincipal, GranteeServicePrincipal, 'Grantee', bind);
  const retiring = parseParty(RetiringPrincipal, RetiringServicePrincipal, 'Retiring', bind);
  if (grantee === undefined) return invalid('A grant must have a grantee principal.');
  if (grantee.kind === 'service') {
    if (entry.Constraints?.SourceArn === undefined)
      invalid('A grant to a service principal must have a SourceArn constraint.');
    if (retiring === undefined)
      invalid('A grant to a service principal must have a retiring principal.');
  }
  return { grantee, retiring };
}

function parseParty(
  arn: string | undefined,
  service: string | undefined,
  role: string,
  bind: Bind | undefined,
): PrincipalPattern | undefined {
  if (arn !== undefined && service !== undefined)
    invalid(`Specify either ${role}Principal or ${role}ServicePrincipal, not both.`);
  if (arn !== undefined) {
    return (
      parsePrincipalPattern(arn, bind) ?? refuse(`ARN is not valid: ${arn}`, 'InvalidArnException')
    );
  }
  if (service === undefined) return undefined;
  return parseServicePattern(service) ?? invalid(`Service principal is not valid: ${service}`);
}

function accountOf(text: string): string {
  const pattern = parsePrincipalPattern(text);
  return pattern?.kind === 'account'
    ? pattern.account
    : refuse(`ARN is not valid: ${text}`, 'InvalidArnException');
}

function parseOperations(names: readonly string[], key: GrantedKey): ReadonlySet<KmsAction> {
  if (names.length === 0) invalid('A grant must have an operation.');
  const valid = grantOperationsOf(key);
  const wrong = names.filter((name) => !valid.includes(name));
  if (wrong.length > 0) {
    const kind =
      key.keySpec === 'SYMMETRIC_DEFAULT' || isHmac(key) ? 'a symmetric' : 'an asymmetric';
    invalid(
      `Operations [${wrong.join(', ')}] are not supported when creating a grant for ${kind} KMS key with key usage ${key.keyUsage}. Valid operations are [${valid.join(', ')}]`,
    );
  }
  return new Set(names.map((name) => kmsAction(`kms:${name}`) as KmsAction));
}

function isHmac({ keySpec }: GrantedKey): boolean {
  return keySpec.startsWith('HMAC_');
}

const always = ['CreateGrant', 'RetireGrant', 'DescribeKey'];
const publicKey = ['GetPublicKey'];
const reEncrypt = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'];
const byUsage: Readonly<Record<string, readonly string[]>> = {
  SIGN_VERIFY: ['Sign', 'Verify', ...publicKey],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret', ...publicKey],
  ENCAPSULATE_DECAPSULATE: ['Encapsulate', 'Decapsulate', ...publicKey],
};

/** The operations that grants on a key of a kind can allow, in AWS's order. */
export function grantOperationsOf({ keySpec, keyUsage }: GrantedKey): readonly string[] {
  const encrypting =
    keySpec === 'SYMMETRIC_DEFAULT'
      ? [...reEncrypt, ...grantOperations.filter((name) => name.startsWith('GenerateDataKey'))]
      : [...reEncrypt, ...publicKey];
  const own = keyUsage === 'ENCRYPT_DECRYPT' ? encrypting : (byUsage[keyUsage] ?? []);
  return grantOperations.filter((name) => own.includes(name) || always.includes(name));
}

function parseConstraints(
  constraints: GrantEntryConstraints = {},
  { keySpec }: GrantedKey,
): GrantConstraints {
  const { EncryptionContextEquals, EncryptionContextSubset, SourceArn } = constraints;
  for (const pairs of [EncryptionContextEquals, EncryptionContextSubset]) {
    if (pairs === undefined) continue;
    if (keySpec !== 'SYMMETRIC_DEFAULT') {
      invalid(
        'EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.',
      );
    }
    const values = Object.values(pairs);
    if (values.length > constraintPairsMax)
      invalid(`A grant constraint holds at most ${constraintPairsMax} encryption context pairs.`);
    if (values.some((value) => value.length > constraintValueMax))
      invalid(`A value in a grant constraint has at most ${constraintValueMax} characters.`);
  }
  return {
    encryptionContextEquals: EncryptionContextEquals,
    encryptionContextSubset: EncryptionContextSubset,
    sourceArn: SourceArn,
  };
}

function invalid(message: string): never {
  refuse(message, 'ValidationException');
}
