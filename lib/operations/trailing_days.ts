// kms:TrailingDaysWithoutKeyUsage: how long a key was not used, for those who want to keep keys in
// use from being disabled or deleted.

import type { ConditionValues } from '../authorization/index.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { Engine } from './operation.js';

const dayMs = 86_400_000;

/** Whole days since the last use; for a key that was never used, since it was made. */
export async function daysWithoutUse(
  key: KmsKey,
  { usage, registry }: Engine,
): Promise<ConditionValues> {
  const use = await usage.lastUse(key);
  const sinceMs = registry.ground.nowMs() - (use?.usedAtMs ?? key.record.createdAtMs);
  return { 'kms:TrailingDaysWithoutKeyUsage': String(Math.max(0, Math.floor(sinceMs / dayMs))) };
}
