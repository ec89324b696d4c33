// Session tokens: everything about a role session, sealed under the root key and handed to its
// owner, so that the store keeps nothing of sessions (docs/format.md).
//
//   0 0x54 | 1 version 1 | 2 box, its AAD: `keystead/session-token/v1` || 00 || access key id

import { isDecryptionFailure } from '../errors.js';
import type { IamGround } from './iam_store.js';
import type { TagList } from './records.js';

const formatByte = 0x54;
const formatVersion = 1;
const headerSizeBytes = 2;
const label = 'keystead/session-token/v1\0';
/** Longer texts are no tokens of ours: they are not looked into. */
const tokenLengthMax = 16_384;

/** What seals. */
type Sealing = Pick<IamGround, 'hsm' | 'rootKey'>;

/** A role session. Times are milliseconds since 1970. */
export interface Session {
  readonly account: string;
  readonly roleName: string;
  /** The role must still be this one when the session acts. */
  readonly roleId: string;
  readonly sessionName: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** The session policy, as it was given. */
  readonly policy?: string | undefined;
  readonly tags: TagList;
  /** The secret of the session's access key, wrapped under the root key, Base64. */
  readonly wrappedSecret: string;
}

/** @returns the token: Base64 */
export function sealSession(
  { hsm, rootKey }: Sealing,
  accessKeyId: string,
  session: Session,
): string {
  const contents = Buffer.from(JSON.stringify(session), 'utf8');
  const box = hsm.rootKeySeal(rootKey.handle, contents, aadOf(accessKeyId));
  return Buffer.concat([Uint8Array.of(formatByte, formatVersion), box]).toString('base64');
}

/** @returns undefined when the token is not that of the access key, or of another store */
export function openSession(
  { hsm, rootKey }: Sealing,
  accessKeyId: string,
  token: string,
): Session | undefined {
  if (token.length > tokenLengthMax) return undefined;
  const bytes = Buffer.from(token, 'base64');
  // One token has one spelling.
  if (bytes.toString('base64') !== token) return undefined;
  if (bytes[0] !== formatByte || bytes[1] !== formatVersion) return undefined;
  try {
    const box = new Uint8Array(bytes.subarray(headerSizeBytes));
    const contents = hsm.rootKeyUnseal(rootKey.handle, box, aadOf(accessKeyId));
    return JSON.parse(Buffer.from(contents).toString('utf8')) as Session;
  } catch (error) {
    if (isDecryptionFailure(error)) return undefined;
    throw error;
  }
}

function aadOf(accessKeyId: string): Uint8Array {
  return Buffer.from(label + accessKeyId, 'utf8');
}
