// What a message says of itself.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Envelope, inspectMessage, inspectMessageFile } from '../../lib/index.js';
import { patternBytes } from './support/test_bytes.js';
import { newKey, openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const second = await newKey(client);
const encryptionContext = { tenant: 'alice' };
const folder = mkdtempSync(join(tmpdir(), 'keystead-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));

const envelope = new Envelope({ kms: client, keyId, wrappingKeyIds: [second], frameLength: 100 });
const signing = new Envelope({ kms: client, keyId, suite: 0x0578 });

test('a header is told, also of the beginning of a message', async () => {
  const message = await envelope.encrypt(patternBytes(1000), { encryptionContext });
  const summary = inspectMessage(message);
  expect(summary).toEqual({
    formatVersion: 2,
    suite: 0x0478,
    isCommitting: true,
    isSigned: false,
    messageId: Buffer.from(message.subarray(3, 35)).toString('hex'),
    encryptionContext,
    encryptedDataKeys: [keyId, second].map((key) => ({ providerId: 'aws-kms', keyId: key })),
    frameLength: 100,
    headerLength: expect.any(Number),
  });
  expect(inspectMessage(message.subarray(0, summary.headerLength))).toEqual(summary);
  expect(() => inspectMessage(message.subarray(0, summary.headerLength - 1))).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
  );
});

test('the pairs of the format are told, too', async () => {
  const summary = inspectMessage(await signing.encrypt(patternBytes(3)));
  expect(summary).toMatchObject({ suite: 0x0578, isSigned: true });
  expect(Object.keys(summary.encryptionContext)).toEqual(['aws-crypto-public-key']);
});

test.each([0, 1, 99, 100, 101, 200, 1000])(
  'the frames of a file of %i bytes are counted',
  async (size) => {
    const file = join(folder, 'message');
    const message = await envelope.encrypt(patternBytes(size));
    writeFileSync(file, message);
    expect(await inspectMessageFile(file)).toEqual({
      ...inspectMessage(message),
      size: message.length,
      frames: Math.max(1, Math.ceil(size / 100)),
      plaintextSize: size,
    });
  },
);

test('where the size does not tell the frames, they are not counted', async () => {
  const file = join(folder, 'message');
  const unknown = { frames: undefined, plaintextSize: undefined };
  writeFileSync(file, await signing.encrypt(patternBytes(3)));
  expect(await inspectMessageFile(file)).toMatchObject(unknown);
  const message = await envelope.encrypt(patternBytes(3));
  writeFileSync(file, message.subarray(0, inspectMessage(message).headerLength + 39));
  expect(await inspectMessageFile(file)).toMatchObject(unknown);
});

test('what is no message is refused', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(100), Buffer.from('AgR4TfvRMU2dVZJb')]) {
    expect(() => inspectMessage(bytes)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
    );
  }
  const invalid = { code: 'ERR_INVALID_ARGUMENT' };
  expect(() => inspectMessage('text' as never)).toThrow(expect.objectContaining(invalid));
  await expect(inspectMessageFile('')).rejects.toMatchObject(invalid);
  const nowhere = inspectMessageFile(join(folder, 'nowhere'));
  await expect(nowhere).rejects.toMatchObject({ code: 'ERR_FILE' });
});
