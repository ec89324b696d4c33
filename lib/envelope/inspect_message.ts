// What a message says of itself, read without a key.

import { isUint8Array } from 'node:util/types';
import { KeysteadError } from '../errors.js';
import { MessageFile, type MessageHeader, parseMessageHeader } from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';
import { demand } from './arguments.js';
import { contextOfHeader } from './message_context.js';

/**
 * What {@link inspectMessage} tells. Nothing of it is authenticated: a forged message can say
 * anything.
 */
export interface MessageSummary {
  /** The message format: 1 or 2. */
  readonly formatVersion: number;
  /** The algorithm suite, for example 0x0478. */
  readonly suite: number;
  /** Whether the suite commits to the data key. */
  readonly isCommitting: boolean;
  /** Whether the message ends in a signature. */
  readonly isSigned: boolean;
  /** 32 or 64 hexadecimal digits. */
  readonly messageId: string;
  /** All pairs, those of the format too. */
  readonly encryptionContext: EncryptionContext;
  /** Who wrapped the data key: for `aws-kms`, `keyId` is the key ARN. */
  readonly encryptedDataKeys: readonly { readonly providerId: string; readonly keyId: string }[];
  /** Plaintext bytes in every frame but the last; 0 when the content is not framed. */
  readonly frameLength: number;
  /** Bytes before the first frame. */
  readonly headerLength: number;
}

/** What {@link inspectMessageFile} tells. */
export interface MessageFileSummary extends MessageSummary {
  /** Bytes of the file. */
  readonly size: number;
  /** Frames, by the size of the file; undefined for a signed or unframed message. */
  readonly frames: number | undefined;
  /** Plaintext bytes, by the size of the file; undefined for a signed or unframed message. */
  readonly plaintextSize: number | undefined;
}

/** docs/messages.md: around the ciphertext of a frame stand sequence number, IV and tag; */
const frameOverheadBytes = 32;
/** around that of the final frame also its mark and its length. */
const finalFrameOverheadBytes = 40;

/**
 * Tells what a message says of itself.
 *
 * @param message - the message or its beginning, with the whole header
 * @throws KeysteadError ERR_INVALID_MESSAGE, ERR_INVALID_ARGUMENT
 */
export function inspectMessage(message: Uint8Array): MessageSummary {
  demand(isUint8Array(message), '`message` must be a Uint8Array');
  const header = parseMessageHeader(message);
  if (header !== undefined) return summaryOf(header);
  throw new KeysteadError('ERR_INVALID_MESSAGE', 'the message ends within its header');
}

/**
 * As {@link inspectMessage}, of a message in a file.
 *
 * @throws KeysteadError ERR_FILE, ERR_INVALID_MESSAGE, ERR_INVALID_ARGUMENT
 */
export async function inspectMessageFile(path: string): Promise<MessageFileSummary> {
  demand(typeof path === 'string' && path !== '', 'a file is named by a string');
  const file = await MessageFile.open(path);
  try {
    const { header, sizeBytes: size } = file;
    return { ...summaryOf(header), size, ...sizesOf(header, size) };
  } finally {
    file.close();
  }
}

function summaryOf(header: MessageHeader): MessageSummary {
  return {
    formatVersion: header.formatVersion,
    suite: header.suite,
    isCommitting: header.isCommitting,
    isSigned: header.isSigned,
    messageId: Buffer.from(header.messageId).toString('hex'),
    encryptionContext: contextOfHeader(header),
    encryptedDataKeys: header.encryptedDataKeys.map(({ providerId, providerInfo }) => ({
      providerId,
      keyId: Buffer.from(providerInfo).toString('utf8'),
    })),
    frameLength: header.frameLengthBytes,
    headerLength: header.lengthBytes,
  };
}

function sizesOf(
  { isFramed, isSigned, frameLengthBytes, lengthBytes }: MessageHeader,
  sizeBytes: number,
): Pick<MessageFileSummary, 'frames' | 'plaintextSize'> {
  const afterFinal = sizeBytes - lengthBytes - finalFrameOverheadBytes;
  if (!isFramed || isSigned || afterFinal < 0)
    return { frames: undefined, plaintextSize: undefined };
  const regularFrames = Math.floor(afterFinal / (frameLengthBytes + frameOverheadBytes));
  return {
    frames: regularFrames + 1,
    plaintextSize: afterFinal - regularFrames * frameOverheadBytes,
  };
}
