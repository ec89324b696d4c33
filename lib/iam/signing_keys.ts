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

/** The keys of one secret, the oldest first. */
interface KeysOfSecret {
  readonly wrappedSecret: string;
  readonly keys: Kept[];
}

export class SigningKeys {
  readonly #ground: IamGround;
  /** By access key id: few scopes belong to each. */
  readonly #kept = new Map<string, KeysOfSecret>();
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
    let isValid = false;
    try {
      isValid = hsm.signingKeyVerify(key, stringToSign, signature);
    } finally {
      // Who has no secret must not push out the keys of those who do.
      if (isValid) this.#keep(secret, scope, key);
      else hsm.signingKeyDispose(key);
    }
    return isValid;
  }

  /** Wipes all of them. */
  clear(): void {
    while (this.#count > 0) this.#dropOldest();
  }

  #find(
    { accessKeyId, wrappedSecret }: WrappedSecret,
    scope: SigningScope,
  ): SigningKeyHandle | undefined {
    const kept = this.#kept.get(accessKeyId);
    if (kept?.wrappedSecret !== wrappedSecret) return undefined;
    return kept.keys.find((one) => isSame(one, scope))?.key;
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
    { accessKeyId, wrappedSecret }: WrappedSecret,
    { date, region, service }: SigningScope,
    key: SigningKeyHandle,
  ): void {
    // Wrapped anew, under another root key.
    if (this.#kept.get(accessKeyId)?.wrappedSecret !== wrappedSecret) this.#drop(accessKeyId);
    if (this.#count >= keptMax) this.#dropOldest();
    const kept = this.#kept.get(accessKeyId) ?? { wrappedSecret, keys: [] };
    this.#kept.set(accessKeyId, kept);
    kept.keys.push({ date, region, service, key });
    this.#count += 1;
  }

  /** Of the access key that came first. */
  #dropOldest(): void {
    for (const [accessKeyId, { keys }] of this.#kept) {
      this.#dispose(keys.splice(0, 1));
      if (keys.length === 0) this.#kept.delete(accessKeyId);
      return;
    }
  }

  #drop(accessKeyId: string): void {
    this.#dispose(this.#kept.get(accessKeyId)?.keys ?? []);
    this.#kept.delete(accessKeyId);
  }

  #dispose(keys: readonly Kept[]): void {
    for (const { key } of keys) this.#ground.hsm.signingKeyDispose(key);
    this.#count -= keys.length;
  }
}

function isSame(a: SigningScope, b: SigningScope): boolean {
  return a.date === b.date && a.region === b.region && a.service === b.service;
}
