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

const signatureForm = /^[0-9a-f]{64}$/;

export class SigningKeys {
  readonly #ground: IamGround;
  readonly #kept = new Map<string, SigningKeyHandle>();

  constructor(ground: IamGround) {
    this.#ground = ground;
  }

  /** @param signature - 64 hexadecimal digits */
  verify(
    secret: WrappedSecret,
    scope: SigningScope,
    stringToSign: Uint8Array,
    signature: string,
  ): boolean {
    if (!signatureForm.test(signature)) return false;
    const key = this.#derive(secret, scope);
    const bytes = new Uint8Array(Buffer.from(signature, 'hex'));
    return this.#ground.hsm.signingKeyVerify(key, stringToSign, bytes);
  }

  /** Wipes all of them. */
  clear(): void {
    for (const key of this.#kept.values()) this.#ground.hsm.signingKeyDispose(key);
    this.#kept.clear();
  }

  #derive({ accessKeyId, wrappedSecret }: WrappedSecret, scope: SigningScope): SigningKeyHandle {
    const { hsm, rootKey } = this.#ground;
    const { date, region, service } = scope;
    // No part holds the separator: the HSM takes no text that does.
    const name = [date, region, service, wrappedSecret].join('\0');
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const wrapped = new Uint8Array(Buffer.from(wrappedSecret, 'base64'));
    const key = openUnder(rootKey, (handle) =>
      hsm.signingKeyDerive(handle, accessKeyId, wrapped, date, region, service),
    );
    if (this.#kept.size >= keptMax) this.#dropOldest();
    this.#kept.set(name, key);
    return key;
  }

  #dropOldest(): void {
    const [oldest] = this.#kept;
    if (oldest === undefined) return;
    this.#ground.hsm.signingKeyDispose(oldest[1]);
    this.#kept.delete(oldest[0]);
  }
}
