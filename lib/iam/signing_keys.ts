// The SigV4 signing keys that a process has derived, bounded: deriving one costs more than using it.

import type { SigningKeyHandle } from '../hsm/index.js';
import { openUnder } from '../keys/root_key.js';
import type { SigningScope } from './credentials.js';
import type { IamGround } from './iam_store.js';

/** How many signing keys are kept. */
const keptMax = 256;

/** An access key's secret, wrapped. */
export interface WrappedSecret {
  readonly accessKeyId: string;
  /** Base64. */
  readonly wrappedSecret: string;
}

/** A derived key, and what it was derived from. */
interface Kept extends SigningScope {
  readonly key: SigningKeyHandle;
}

export class SigningKeys {
  readonly #ground: IamGround;
  /** By the wrapped secret, the first that was used first: few scopes are asked for with each. */
  readonly #kept = new Map<string, Kept[]>();
  #count = 0;

  constructor(ground: IamGround) {
    this.#ground = ground;
  }

  /** @param signature - 64 hexadecimal digits in lower case; anything else is no signature */
  verify(
    secret: WrappedSecret,
    scope: SigningScope,
    stringToSign: string,
    signature: string,
  ): boolean {
    const { hsm } = this.#ground;
    const known = this.#find(secret, scope);
    if (known !== undefined) return hsm.signingKeyVerify(known, stringToSign, signature);
    const key = this.#derive(secret, scope);
    const isValid = hsm.signingKeyVerify(key, stringToSign, signature);
    // Who has no secret must not push out the keys of those who do.
    if (isValid) this.#keep(secret, scope, key);
    else hsm.signingKeyDispose(key);
    return isValid;
  }

  /** Wipes all of them. */
  clear(): void {
    while (this.#count > 0) this.#dropOldest();
  }

  #find({ wrappedSecret }: WrappedSecret, scope: SigningScope): SigningKeyHandle | undefined {
    return this.#kept.get(wrappedSecret)?.find((kept) => isSame(kept, scope))?.key;
  }

  #derive({ accessKeyId, wrappedSecret }: WrappedSecret, scope: SigningScope): SigningKeyHandle {
    const { hsm, rootKey } = this.#ground;
    const { date, region, service } = scope;
    const wrapped = new Uint8Array(Buffer.from(wrappedSecret, 'base64'));
    return openUnder(rootKey, (handle) =>
      hsm.signingKeyDerive(handle, accessKeyId, wrapped, date, region, service),
    );
  }

  #keep(
    { wrappedSecret }: WrappedSecret,
    { date, region, service }: SigningScope,
    key: SigningKeyHandle,
  ): void {
    if (this.#count >= keptMax) this.#dropOldest();
    const ofSecret = this.#kept.get(wrappedSecret) ?? [];
    this.#kept.set(wrappedSecret, ofSecret);
    ofSecret.push({ date, region, service, key });
    this.#count += 1;
  }

  /** Of the secret that came first. */
  #dropOldest(): void {
    for (const [wrappedSecret, ofSecret] of this.#kept) {
      const oldest = ofSecret.shift();
      if (ofSecret.length === 0) this.#kept.delete(wrappedSecret);
      if (oldest === undefined) continue;
      this.#ground.hsm.signingKeyDispose(oldest.key);
      this.#count -= 1;
      return;
    }
  }
}

function isSame(a: SigningScope, b: SigningScope): boolean {
  return a.date === b.date && a.region === b.region && a.service === b.service;
}
