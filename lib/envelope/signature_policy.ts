// Signed messages where plaintext leaves before all of the message was seen: refused.

import { KeysteadError } from '../errors.js';
import type { MessageHeader } from '../hsm/index.js';

/**
 * Before the KMS is asked: nobody needs the key of a message that will be refused.
 *
 * @param reader - what would release plaintext too early: `a stream`
 * @throws KeysteadError ERR_SIGNED_MESSAGE
 */
export function refuseSigned({ isSigned }: MessageHeader, reader: string): void {
  if (!isSigned) return;
  throw new KeysteadError(
    'ERR_SIGNED_MESSAGE',
    `${reader} would release plaintext of a signed message before its signature is checked`,
  );
}
