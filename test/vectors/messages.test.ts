// Published messages of the AWS Encryption SDK, opened with the data keys that stand beside them:
// the commitment vectors (C, Java, Python and JavaScript) and messages of @aws-crypto/client-node
// 5.0.2, of every suite.

import { describe, expect } from 'vitest';
import {
  decryptMessage,
  MessageDataKey,
  MessageDecryptor,
  type MessageHeader,
  parseMessageHeader,
} from '../../lib/hsm/index.js';
import { deriveKeys, referenceSuite } from '../reference/message_suite.js';
import { strictRecord } from './support/strict_record.js';
import { itWithVectors } from './support/vector_files.js';

const commitmentShape = {
  ciphertext: 'string',
  commitment: 'string',
  'content-encryption-key': 'string?',
  'decrypted-dek': 'string',
  frames: 'array?',
  header: 'string',
  'encryption-context': 'object',
  'keyring-type': 'string',
  'message-id': 'string',
  'plaintext-frames': 'array?',
  status: 'boolean',
  comment: 'string',
  footer: 'string?',
} as const;

/** `exception` is null where decryption succeeds. */
function readCommitmentVector(value: object) {
  const { exception, ...rest } = value as { exception: string | null };
  expect(exception === null || typeof exception === 'string').toBe(true);
  return { exception, ...strictRecord(rest, 'commitment vector', commitmentShape) };
}

function base64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function headerOf(message: Uint8Array): MessageHeader {
  const header = parseMessageHeader(message);
  if (header === undefined) throw new Error('the header is cut short');
  return header;
}

function decryptInPieces(key: MessageDataKey, message: Uint8Array, size: number): Buffer {
  const header = headerOf(message);
  const decryptor = new MessageDecryptor(key, header, { allowUnverifiedRelease: true });
  const released: Uint8Array[] = [];
  for (let at = header.lengthBytes; at < message.length; at += size) {
    released.push(decryptor.update(message.subarray(at, at + size)) as Uint8Array);
  }
  decryptor.finish();
  return Buffer.concat(released);
}

function checkHeader(message: Uint8Array, vector: ReturnType<typeof readCommitmentVector>): void {
  const header = headerOf(message);
  expect(header.messageId).toEqual(base64(vector['message-id']));
  // Where decryption fails the file lists what the commitment should have been.
  if (vector.status) {
    expect(header.bytes.subarray(-48, -16)).toEqual(base64(vector.commitment));
  }
  // Some of the files' headers end before the tag.
  const listed = base64(vector.header);
  expect(header.bytes.subarray(0, listed.length)).toEqual(listed);
}

describe('commitment', () => {
  itWithVectors(['esdk/commitment-test-vectors.json'], (text) => {
    const { tests, ...about } = JSON.parse(text) as { tests: object[] };
    expect(Object.keys(about).sort()).toEqual(['date', 'status', 'title']);
    let refused = 0;
    for (const vector of tests.map(readCommitmentVector)) {
      const message = base64(vector.ciphertext);
      checkHeader(message, vector);
      const key = MessageDataKey.import(base64(vector['decrypted-dek']));
      if (vector.status) {
        const plaintext = vector['plaintext-frames']?.join('');
        expect([vector.exception, typeof plaintext]).toEqual([null, 'string']);
        expect(Buffer.from(decryptMessage(key, message)).toString()).toBe(plaintext);
        expect(decryptInPieces(key, message, 7).toString()).toBe(plaintext);
      } else {
        refused++;
        expect(vector.exception).toMatch(/^EXCEPTION: /);
        const failure = expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' });
        expect(() => decryptMessage(key, message)).toThrow(failure);
        expect(() => decryptInPieces(key, message, 7)).toThrow(failure);
      }
    }
    expect([tests.length, refused]).toEqual([46, 5]);
  });
});

const clientNodeShape = {
  name: 'string',
  suite: 'string',
  keyring: 'string',
  plaintextLength: 'number',
  frameLength: 'number',
  encryptionContext: 'object',
  headerEncryptionContext: 'object',
  dataKey: 'string',
  derivedKey: 'string',
  commitKey: 'string?',
  headerBodyLength: 'number',
  headerLength: 'number',
  message: 'string',
} as const;

describe('client-node', () => {
  itWithVectors(['esdk/client-node-5.0.2/vectors.json'], (text) => {
    const { tests, ...about } = JSON.parse(text) as { tests: unknown[] };
    expect(Object.keys(about).sort()).toEqual(['generator', 'kms', 'plaintext', 'rawAes']);
    const suites = new Set<number>();
    for (const [i, test] of tests.entries()) {
      const vector = strictRecord(test, `client-node vector ${i}`, clientNodeShape);
      const message = base64(vector.message);
      const dataKey = Buffer.from(vector.dataKey, 'hex');
      const key = MessageDataKey.import(Uint8Array.from(dataKey));
      const plaintext = Buffer.alloc(vector.plaintextLength).map((_, at) => at * 31 + 7);
      const header = headerOf(message);
      expect(header).toMatchObject({
        suite: Number.parseInt(vector.suite, 16),
        lengthBytes: vector.headerLength,
        frameLengthBytes: vector.frameLength,
      });
      const derived = deriveKeys(referenceSuite(header.suite), dataKey, header.messageId);
      expect(Buffer.from(derived.key).toString('hex')).toBe(vector.derivedKey);
      expect(Buffer.from(derived.commitment).toString('hex')).toBe(vector.commitKey ?? '');
      expect(Buffer.compare(decryptMessage(key, message), plaintext)).toBe(0);
      expect(Buffer.compare(decryptInPieces(key, message, 4097), plaintext)).toBe(0);
      suites.add(header.suite);
    }
    expect([tests.length, suites.size]).toEqual([47, 11]);
  });
});
