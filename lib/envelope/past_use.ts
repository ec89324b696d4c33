// Uses of KMS keys that were allowed once, and the question whether they would be now.

import type { AllowedUse, DataKeyRequest, DataKeyUse, KmsAccess, UseCheck } from './kms_access.js';

/** A use of a KMS key that was allowed when materials were made. */
export interface PastUse {
  /** Undefined for a remote KMS, which is not asked: there the age of what is kept is the bound. */
  readonly check: UseCheck | undefined;
  /** The ARN of the key that the name in the request meant. */
  readonly keyArn: string;
  /** The material that was current then; undefined where it does not matter. */
  readonly keyMaterialId: string | undefined;
}

/** A use that the KMS allowed just now. */
export function pastUse(
  kms: KmsAccess,
  use: DataKeyUse,
  request: DataKeyRequest,
  keyArn: string,
  keyMaterialId?: string,
): PastUse {
  return { check: kms.prepareUse?.(use, request), keyArn, keyMaterialId };
}

/** Whether every use is allowed now, of the same key. At once, unless the KMS must wait. */
export function areAllowedAgain(uses: readonly PastUse[]): boolean | Promise<boolean> {
  try {
    for (let i = 0; i < uses.length; i++) {
      const past = uses[i] as PastUse;
      const now = past.check?.();
      if (now instanceof Promise) return areAllowedOnceTold(past, now, uses.slice(i + 1));
      if (now !== undefined && !isSame(past, now)) return false;
    }
    return true;
  } catch {
    // The operation itself, which comes next, says why.
    return false;
  }
}

async function areAllowedOnceTold(
  past: PastUse,
  telling: Promise<AllowedUse>,
  others: readonly PastUse[],
): Promise<boolean> {
  try {
    return isSame(past, await telling) && (await areAllowedAgain(others));
  } catch {
    return false;
  }
}

function isSame({ keyArn, keyMaterialId }: PastUse, now: AllowedUse): boolean {
  return (
    now.keyId === keyArn && (keyMaterialId === undefined || now.keyMaterialId === keyMaterialId)
  );
}
