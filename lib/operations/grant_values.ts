// What conditions see of a grant that is asked for, looked at or taken away (KMS Developer Guide, Condition keys).

import type { ConditionValues, GrantEntryConstraints } from '../authorization/index.js';

type Pairs = Readonly<Record<string, string>>;

/** The pairs that a grant's constraints hold. */
export function constraintPairs(constraints: GrantEntryConstraints | undefined): Pairs | undefined {
  return constraints?.EncryptionContextEquals ?? constraints?.EncryptionContextSubset;
}

export function constraintValues(constraints: GrantEntryConstraints | undefined): ConditionValues {
  const type =
    constraints?.EncryptionContextEquals !== undefined
      ? 'EncryptionContextEquals'
      : constraints?.EncryptionContextSubset !== undefined
        ? 'EncryptionContextSubset'
        : undefined;
  return {
    'kms:GrantConstraintType': type,
    'kms:GrantConstraintSourceArn': constraints?.SourceArn,
  };
}

/** Whether an integrated service asks on the caller's behalf. */
export function forAwsResource(viaService: string | undefined): ConditionValues {
  return { 'kms:GrantIsForAWSResource': String(viaService !== undefined) };
}
