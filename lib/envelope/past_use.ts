// Uses of KMS keys that were allowed once, and the question whether they would be now.

import type { DataKeyRequest, DataKeyUse, KmsAccess } from './kms_access.js';

/** A use of a KMS key that was allowed when materials were made. */
export interface PastUse {
  readonly use: DataKeyUse;
  readonly request: DataKeyRequest;
  /** The ARN of the key that the name in the request meant. */
  readonly keyArn: string;
  /** The material that was current then; undefined where it does not matter. */
  readonly keyMaterialId: string | undefined;
}

/**
 * Whether every use is allowed now, of the same key. A remote KMS is not asked: there the age of
 * what is kept is the bound.
 */
export async function areAllowedAgain(kms: KmsAccess, uses: readonly PastUse[]): Promise<boolean> {
  const { authorizeUse } = kms;
  if (authorizeUse === undefined) return true;
  try {
    for (const { use, request, keyArn, keyMaterialId } of uses) {
      const now = await authorizeUse(use, request);
      if (now.keyId !== keyArn) return false;
      if (keyMaterialId !== undefined && now.keyMaterialId !== keyMaterialId) return false;
    }
    return true;
  } catch {
    // The operation itself, which comes next, says why.
    return false;
  }
}
