// Uses of KMS keys that were allowed once, and the question whether they would be now.

import { isPromise, type MaybePromise } from '../maybe_promise.js';
import type { AllowedUse, DataKeyRequest, DataKeyUse, KmsAccess, UseCheck } from './kms_access.js';

/** A use of a KMS key that was allowed when materials were made. */
export class PastUse {
  /** The ARN of the key that the name in the request meant. */
  readonly keyArn: string;
  readonly #kms: KmsAccess;
  readonly #use: DataKeyUse;
  readonly #request: DataKeyRequest;
  readonly #keyMaterialId: string | undefined;
  #check: UseCheck | undefined;

  /** @param keyMaterialId - the material that was current then; absent where it does not matter */
  constructor(
    kms: KmsAccess,
    use: DataKeyUse,
    request: DataKeyRequest,
    keyArn: string,
    keyMaterialId?: string,
  ) {
    this.#kms = kms;
    this.#use = use;
    this.#request = request;
    this.keyArn = keyArn;
    this.#keyMaterialId = keyMaterialId;
  }

  /** A remote KMS cannot be asked: there the age of what is kept is the bound. */
  get canBeAsked(): boolean {
    return this.#kms.prepareUse !== undefined;
  }

  /** Whether it is allowed now, of the same key. @throws whatever the operation would */
  isAllowed(): MaybePromise<boolean> {
    this.#check ??= this.#kms.prepareUse?.(this.#use, this.#request) as UseCheck;
    const now = this.#check();
    return isPromise(now) ? now.then((told) => this.#isSame(told)) : this.#isSame(now);
  }

  #isSame({ keyId, keyMaterialId }: AllowedUse): boolean {
    const isSameMaterial =
      this.#keyMaterialId === undefined || keyMaterialId === this.#keyMaterialId;
    return keyId === this.keyArn && isSameMaterial;
  }
}

/** Whether every use is allowed now, of the same key. At once, unless the KMS must wait. */
export function areAllowedAgain(uses: readonly PastUse[]): MaybePromise<boolean> {
  try {
    for (let i = 0; i < uses.length; i++) {
      const past = uses[i] as PastUse;
      if (!past.canBeAsked) continue;
      const isAllowed = past.isAllowed();
      if (isPromise(isAllowed)) return areAllowedOnceTold(isAllowed, uses.slice(i + 1));
      if (!isAllowed) return false;
    }
    return true;
  } catch {
    // The operation itself, which comes next, says why.
    return false;
  }
}

async function areAllowedOnceTold(
  telling: Promise<boolean>,
  others: readonly PastUse[],
): Promise<boolean> {
  try {
    return (await telling) && (await areAllowedAgain(others));
  } catch {
    return false;
  }
}
