// docs/format.md §7: the password of a passphrase, and one key per purpose from the root key and the store id.

import { hkdfSync } from 'node:crypto';
import { ascii } from './bytes.js';
import { keyBytes } from './limits.js';

export type RootKeyPurpose = 'wrap' | 'store' | 'access-key' | 'audit';

/** What Argon2id gets. */
export function passphraseBytes(passphrase: string): Uint8Array {
  return new TextEncoder().encode(passphrase.normalize('NFKC'));
}

export function deriveFromRootKey(
  rootKey: Uint8Array,
  storeId: Uint8Array,
  purpose: RootKeyPurpose,
): Uint8Array {
  const info = ascii(`keystead/root/${purpose}`);
  return new Uint8Array(hkdfSync('sha256', rootKey, storeId, info, keyBytes));
}
