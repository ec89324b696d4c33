// What a writer takes and refuses, and the keys it works with.

import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addon,
  DataKey,
  decryptMessage,
  decryptMessageAsync,
  MessageDataKey,
  MessageWriter,
  type MessageWriterOptions,
  messageDataKeyFromHandle,
  parseMessageHeader,
  SigningKey,
} from '../../lib/hsm/index.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { referenceSuite } from '../reference/message_suite.js';
import { importKey, makeSample, sampleBytes } from './support/samples.js';

const invalid = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
const disposed = expect.objectContaining({ code: 'ERR_DISPOSED' });
const encryptedDataKey = {
  providerId: 'aws-kms',
  providerInfo: sampleBytes(75),
  ciphertext: sampleBytes(144),
};
const plain: MessageWriterOptions = {
  dataKey: DataKey.import(sampleBytes(32)),
  encryptedDataKeys: [encryptedDataKey],
};

function contextOf(key: SigningKey): Uint8Array {
  return serializeEncryptionContext([['aws-crypto-public-key', key.publicKey]]);
}

describe('refused', () => {
  const signingKey = SigningKey.generate();
  const long = { ...encryptedDataKey, ciphertext: new Uint8Array(65_536) };
  const wrong: [string, Partial<MessageWriterOptions>][] = [
    ['no encrypted data keys', { encryptedDataKeys: [] }],
    ['too many', { encryptedDataKeys: Array(65_536).fill(encryptedDataKey) }],
    ['a field too long', { encryptedDataKeys: [long] }],
    ['frames without a length', { frameLengthBytes: 0 }],
    ['frames too long', { frameLengthBytes: 2 ** 32 }],
    ['a frame length that is no integer', { frameLengthBytes: 1.5 }],
    ['a context that is none', { encryptionContext: sampleBytes(5) }],
    ['a context too long', { encryptionContext: new Uint8Array(65_536) }],
    ['a signing key that the context does not name', { signingKey }],
    [
      'another key than the context names',
      { signingKey, encryptionContext: contextOf(SigningKey.generate()) },
    ],
    ['a public key without a signing key', { encryptionContext: contextOf(signingKey) }],
  ];
  it.each(wrong)('%s', (_, options) => {
    expect(() => new MessageWriter({ ...plain, ...options })).toThrow(invalid);
  });

  it('suites that are not written', () => {
    const { encryptedDataKeys } = parseMessageHeader(
      new MessageWriter(plain).encrypt(new Uint8Array()),
    ) as object as { encryptedDataKeys: object[] };
    expect(encryptedDataKeys).toHaveLength(1);
    const handle = DataKey.handleOf(plain.dataKey);
    for (const suite of [0x0178, 0x0378, 0x0000, 0x0578]) {
      const keys = Uint8Array.from([0, 1, 0, 0, 0, 0, 0, 0]);
      expect(() =>
        addon().messageWriterCreate(handle, suite, undefined, keys, 10, undefined),
      ).toThrow(invalid);
      expect(() =>
        addon().messageWriterCreate(handle, 0x0478, undefined, keys, 10, undefined),
      ).not.toThrow();
    }
  });

  it('encrypted data keys that are not what they say', () => {
    const handle = DataKey.handleOf(plain.dataKey);
    for (const bytes of [
      [],
      [0],
      [0, 0],
      [0, 1, 0],
      [0, 1, 0, 0, 0, 0, 0, 0, 0],
      [0, 2, 0, 0, 0, 0, 0, 0],
    ]) {
      const create = () =>
        addon().messageWriterCreate(
          handle,
          0x0478,
          undefined,
          Uint8Array.from(bytes),
          10,
          undefined,
        );
      expect(create).toThrow(invalid);
    }
  });

  it('threads out of range', () => {
    const writer = new MessageWriter(plain);
    const text = sampleBytes(10_000);
    for (const threads of [0, 65, 1.5, -1]) {
      expect(() => writer.encrypt(text, threads)).toThrow(invalid);
      expect(() => writer.encryptAsync(text, threads)).toThrow(invalid);
      const message = writer.encrypt(text);
      expect(() => decryptMessage(plain.dataKey, message, { threads })).toThrow(invalid);
      expect(() => decryptMessageAsync(plain.dataKey, message, { threads })).toThrow(invalid);
    }
  });

  it('a key of another kind', () => {
    const message = new MessageWriter(plain).encrypt(sampleBytes(1));
    const handle = expect.objectContaining({ code: 'ERR_INVALID_HANDLE' });
    for (const key of [undefined, {}, SigningKey.generate()]) {
      expect(() => decryptMessage(key as DataKey, message)).toThrow(handle);
    }
    const key = MessageDataKey.import(sampleBytes(32));
    expect(() => addon().dataKeyExport(MessageDataKey.handleOf(key) as never)).toThrow(handle);
    expect(() => addon().dataKeyShare(MessageDataKey.handleOf(key) as never)).toThrow(handle);
  });

  it('no room for the message', () => {
    const handle = addon().messageWriterCreate(
      DataKey.handleOf(plain.dataKey),
      0x0478,
      undefined,
      Uint8Array.from([0, 1, 0, 0, 0, 0, 0, 0]),
      10,
      undefined,
    );
    const size = addon().messageWriterOverhead(handle) + 10;
    const out = new Uint8Array(size);
    expect(addon().messageEncryptInto(handle, sampleBytes(10), out, 1)).toBe(size);
    expect(() => addon().messageEncryptInto(handle, sampleBytes(10), out.subarray(1), 1)).toThrow(
      invalid,
    );
    expect(() => addon().messageEncryptInto(handle, out.subarray(0, 10), out, 1)).toThrow(invalid);
  });
});

describe('in memory', () => {
  const sizes = [0, 1, 4096, 4097, 65_536, 65_537, 5 * 1024 * 1024 + 3];
  it.each(sizes)('%i bytes, on one thread and on three', async (size) => {
    const writer = new MessageWriter(plain);
    const text = sampleBytes(size);
    for (const threads of [1, 3]) {
      const messages = [
        writer.encrypt(text, threads),
        await writer.encryptAsync(text, threads).done,
      ];
      for (const message of messages) {
        const texts = [
          decryptMessage(plain.dataKey, message, { threads }),
          await decryptMessageAsync(plain.dataKey, message, { threads }).done,
        ];
        for (const each of texts) {
          expect(Buffer.compare(each, text)).toBe(0);
          expect(each.byteOffset).toBe(0);
          expect(each.buffer.byteLength).toBe(size);
        }
      }
    }
  });

  it('a frame that is wrong fails all threads, and nothing is released', async () => {
    const writer = new MessageWriter({ ...plain, frameLengthBytes: 1000 });
    const message = writer.encrypt(sampleBytes(8 * 1024 * 1024));
    message[5_000_000] = (message[5_000_000] as number) ^ 1;
    const failure = expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' });
    expect(() => decryptMessage(plain.dataKey, message, { threads: 3 })).toThrow(failure);
    await expect(decryptMessageAsync(plain.dataKey, message, { threads: 3 }).done).rejects.toEqual(
      failure,
    );
  });

  it('the input of the async forms is copied', async () => {
    const writer = new MessageWriter(plain);
    const text = sampleBytes(3_000_000);
    const input = Uint8Array.from(text);
    const encrypting = writer.encryptAsync(input).done;
    structuredClone(input.buffer, { transfer: [input.buffer] });
    const message = await encrypting;
    const copy = Uint8Array.from(message);
    const decrypting = decryptMessageAsync(plain.dataKey, copy).done;
    copy.fill(0);
    expect(Buffer.compare(await decrypting, text)).toBe(0);
  });

  it('can be watched and aborted', async () => {
    const writer = new MessageWriter(plain);
    const job = writer.encryptAsync(new Uint8Array(64 * 1024 * 1024));
    expect(job.progress.bytesTotal).toBe(64 * 1024 * 1024);
    job.abort();
    await expect(job.done).rejects.toEqual(expect.objectContaining({ code: 'ERR_ABORTED' }));
    const other = writer.encryptAsync(new Uint8Array(1024 * 1024));
    await other.done;
    expect(other.progress).toEqual({ bytesDone: 1024 * 1024, bytesTotal: 1024 * 1024 });
    other.abort();
  });
});

describe('keys', () => {
  it('a writer outlives its data key, and not its own disposal', async () => {
    const dataKey = DataKey.generate();
    const copy = DataKey.import(dataKey.exportPlaintext());
    const writer = new MessageWriter({ ...plain, dataKey });
    dataKey.dispose();
    const text = sampleBytes(2_000_000);
    const working = writer.encryptAsync(text).done;
    expect(decryptMessage(copy, writer.encrypt(sampleBytes(9)))).toEqual(sampleBytes(9));
    writer.dispose();
    writer.dispose();
    expect(Buffer.compare(decryptMessage(copy, await working), text)).toBe(0);
    expect(() => writer.encrypt(sampleBytes(1))).toThrow(disposed);
    expect(() => writer.encryptAsync(sampleBytes(1))).toThrow(disposed);
    expect(() => writer.encryptor()).toThrow(disposed);
    expect(() => writer.encryptFile('a', 'b')).toThrow(disposed);
  });

  it('a data key that was disposed of makes no writer and opens nothing', () => {
    const dataKey = DataKey.generate();
    const message = new MessageWriter({ ...plain, dataKey }).encrypt(sampleBytes(1));
    dataKey.dispose();
    expect(() => new MessageWriter({ ...plain, dataKey })).toThrow(disposed);
    expect(() => decryptMessage(dataKey, message)).toThrow(disposed);
    const key = MessageDataKey.import(sampleBytes(32));
    key.dispose();
    key.dispose();
    expect(() => decryptMessage(key, message)).toThrow(disposed);
  });

  it('imported bytes are wiped', () => {
    for (const size of [16, 24, 32]) {
      const bytes = sampleBytes(size);
      MessageDataKey.import(bytes);
      expect(bytes).toEqual(new Uint8Array(size));
    }
    for (const size of [0, 15, 17, 33]) {
      expect(() => MessageDataKey.import(sampleBytes(size))).toThrow(invalid);
    }
  });

  it('show nothing of themselves', () => {
    const key = MessageDataKey.import(sampleBytes(32));
    const signingKey = SigningKey.generate();
    for (const each of [key, signingKey]) {
      expect(inspect(each)).toMatch(/^\w+ \{\}$/);
      expect(JSON.stringify(each)).toBe('{}');
    }
    expect(signingKey.publicKey).toMatch(/^A[g-z0-9+/][A-Za-z0-9+/]{64}==$/);
    signingKey.dispose();
    signingKey.dispose();
  });

  it('a signing key serves its writer after its own disposal', () => {
    const signingKey = SigningKey.generate();
    const writer = new MessageWriter({
      ...plain,
      signingKey,
      encryptionContext: contextOf(signingKey),
    });
    signingKey.dispose();
    expect(decryptMessage(plain.dataKey, writer.encrypt(sampleBytes(3)))).toEqual(sampleBytes(3));
    const options = { ...plain, signingKey, encryptionContext: contextOf(signingKey) };
    expect(() => new MessageWriter(options)).toThrow(disposed);
  });
});

describe('out of a ciphertext blob', () => {
  const hsm = addon();
  const storeId = sampleBytes(16);
  let root: ReturnType<typeof hsm.rootKeyFromBytes>;
  let kmsKey: ReturnType<typeof hsm.kmsKeyCreate>['handle'];
  beforeAll(() => {
    root = hsm.rootKeyFromBytes(sampleBytes(32), storeId);
    kmsKey = hsm.kmsKeyCreate(root, 0, sampleBytes(16)).handle;
  });
  afterAll(() => {
    hsm.kmsKeyDispose(kmsKey);
    hsm.rootKeyDispose(root);
  });
  const context = serializeEncryptionContext([['a', 'b']]);

  it.each([0x0114, 0x0146, 0x0178, 0x0478])('a key for suite %i', (id) => {
    const sample = makeSample(referenceSuite(id));
    const blob = hsm.kmsKeyEncrypt(kmsKey, sample.dataKey, context);
    const key = messageDataKeyFromHandle(hsm.kmsKeyOpenMessageDataKey(kmsKey, blob, context));
    expect(decryptMessage(key, sample.message)).toEqual(sample.plaintext);
    const failure = expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' });
    expect(() => hsm.kmsKeyOpenMessageDataKey(kmsKey, blob, undefined)).toThrow(failure);
    if (sample.dataKey.length !== 32) {
      expect(() => hsm.kmsKeyOpenDataKey(kmsKey, blob, context)).toThrow(failure);
    }
  });

  it('of no other size', () => {
    for (const size of [1, 15, 17, 33, 64]) {
      const blob = hsm.kmsKeyEncrypt(kmsKey, sampleBytes(size), undefined);
      expect(() => hsm.kmsKeyOpenMessageDataKey(kmsKey, blob, undefined)).toThrow(
        expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' }),
      );
    }
  });

  it('and not by a key of another message', () => {
    const sample = makeSample(referenceSuite(0x0478));
    expect(() => decryptMessage(importKey(sampleBytes(32, 9)), sample.message)).toThrow(
      expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' }),
    );
  });
});
