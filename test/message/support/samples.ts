// Messages to try readers on: one of every suite and shape, small enough to be changed byte by
// byte.

import { ECDH, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { MessageDataKey } from '../../../lib/hsm/index.js';
import { serializeEncryptionContext } from '../../reference/encryption_context.js';
import { type ReferenceSuite, referenceSuites } from '../../reference/message_suite.js';
import { type ReferenceMessage, writeMessage } from '../../reference/message_write.js';

/** Distinct, and never zero. */
export function sampleBytes(size: number, first = 1): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => ((first + i * 7) % 255) + 1);
}

export function importKey(bytes: Uint8Array): MessageDataKey {
  return MessageDataKey.import(Uint8Array.from(bytes));
}

export interface SigningPair {
  readonly privateKey: KeyObject;
  /** The value of `aws-crypto-public-key`. */
  readonly publicKey: string;
}

export function signingPair(namedCurve: string): SigningPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  const { x = '', y = '' } = privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([
    Uint8Array.of(4),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ]);
  const publicKey = ECDH.convertKey(point, namedCurve, undefined, 'base64', 'compressed');
  return { privateKey, publicKey: publicKey as string };
}

export const samplePlaintext = sampleBytes(20);
export const sampleFrameLength = 7;

export interface Sample {
  readonly name: string;
  readonly suite: ReferenceSuite;
  readonly parts: ReferenceMessage;
  readonly message: Uint8Array;
  readonly dataKey: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** A message of the suite, with what `changes` say. */
export function makeSample(suite: ReferenceSuite, changes: Partial<ReferenceMessage> = {}): Sample {
  const pairs: [string, string][] = [['purpose', 'test']];
  const pair = suite.signature && signingPair(suite.signature.curve);
  if (pair !== undefined) pairs.push(['aws-crypto-public-key', pair.publicKey]);
  const parts: ReferenceMessage = {
    suite: suite.id,
    dataKey: sampleBytes(suite.keyBytes, suite.id),
    plaintext: samplePlaintext,
    frameLength: sampleFrameLength,
    context: serializeEncryptionContext(pairs),
    ...(pair && { signingKey: pair.privateKey }),
    ...changes,
  };
  const shape = parts.frameLength ? `frames of ${parts.frameLength}` : 'one block';
  const name = `0x${suite.id.toString(16).padStart(4, '0')}, ${shape}`;
  const { dataKey, plaintext } = parts;
  return { name, suite, parts, message: writeMessage(parts), dataKey, plaintext };
}

/** Every suite, in frames and as one block. */
export function allSamples(): Sample[] {
  return referenceSuites.flatMap((suite) => [
    makeSample(suite),
    makeSample(suite, { frameLength: 0 }),
  ]);
}
