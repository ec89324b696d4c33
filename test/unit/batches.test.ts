// newDataKeys, openDataKeys and reEncrypts: a result or an error for each, whatever becomes of the
// others.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataKey } from '../../lib/hsm/index.js';
import { Kms } from '../../lib/kms.js';
import type { KmsClient } from '../../lib/kms_client.js';
import type { ReEncryptsOutput } from '../../lib/types.js';

const encryptionContext = { app: 'catrobot' };
const text = new TextEncoder().encode('find all the doggos');
let kms: Kms;
let client: KmsClient;
let keyId: string;
let otherKeyId: string;

beforeAll(async () => {
  kms = await Kms.open({ store: 'memory' });
  client = kms.client();
  keyId = await newKeyId();
  otherKeyId = await newKeyId();
});
afterAll(() => kms.close());

async function newKeyId(): Promise<string> {
  return (await client.createKey()).KeyMetadata?.KeyId as string;
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

/** The results; the name of the error where there is none. */
function outcomes<T>(answers: readonly PromiseSettledResult<T>[]): (T | string)[] {
  return answers.map((answer) =>
    answer.status === 'fulfilled' ? answer.value : (answer.reason as Error).name,
  );
}

async function newDataKeys(count: number) {
  const answers = await client.newDataKeys({ keyId, encryptionContext, count });
  return outcomes(answers) as { dataKey: DataKey; encryptedDataKey: Uint8Array }[];
}

describe('newDataKeys', () => {
  it.each([1, 3, 100])('makes %d different data keys that open one by one', async (count) => {
    const made = await newDataKeys(count);
    expect(made).toHaveLength(count);
    const exported = new Set<string>();
    for (const { dataKey, encryptedDataKey } of made) {
      const opened = await client.openDataKey({ encryptedDataKey, encryptionContext });
      expect(opened.dataKey.decrypt(dataKey.encrypt(text))).toEqual(text);
      exported.add(dataKey.exportPlaintext().join());
      for (const key of [dataKey, opened.dataKey]) key.dispose();
    }
    expect(exported.size).toBe(count);
  });

  it('is not kept alive by one of its encrypted keys', async () => {
    const [first] = await newDataKeys(10);
    expect(first?.encryptedDataKey.buffer.byteLength).toBe(144);
  });

  it('uses handles of disposed keys again, and each key is its own', async () => {
    for (const { dataKey } of await newDataKeys(100)) dataKey.dispose();
    const [first, second] = await newDataKeys(2);
    first?.dataKey.dispose();
    expect(() => first?.dataKey.encrypt(text)).toThrow('the data key was disposed');
    expect(second?.dataKey.decrypt(second.dataKey.encrypt(text))).toEqual(text);
  });

  it.each([0, -1, 1.5, 10_001, '2'])('refuses a count of %j', async (count) => {
    const call = client.newDataKeys({ keyId, count: count as number });
    await expect(call).rejects.toMatchObject({
      name: /ValidationException|SerializationException/,
    });
  });
});

describe('openDataKeys', () => {
  it('answers in order, and a failure for each that fails', async () => {
    const made = await newDataKeys(3);
    const [first, second, third] = made.map(({ encryptedDataKey }) => encryptedDataKey) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const answers = outcomes(
      await client.openDataKeys([
        { encryptedDataKey: third, encryptionContext },
        { encryptedDataKey: flipped(first, 130), encryptionContext },
        { encryptedDataKey: first },
        { encryptedDataKey: second, encryptionContext, keyId: otherKeyId },
        { encryptedDataKey: second, encryptionContext: { app: 1 as never } },
        { encryptedDataKey: first, encryptionContext },
      ]),
    );
    expect(answers.slice(1, -1)).toEqual([
      'InvalidCiphertextException',
      'InvalidCiphertextException',
      'IncorrectKeyException',
      'SerializationException',
    ]);
    const [opened, last] = [answers.at(0), answers.at(-1)] as { dataKey: DataKey }[];
    expect(opened?.dataKey.decrypt(made[2]?.dataKey.encrypt(text) as Uint8Array)).toEqual(text);
    expect(last?.dataKey.decrypt(made[0]?.dataKey.encrypt(text) as Uint8Array)).toEqual(text);
  });
});

describe('reEncrypts', () => {
  it('moves each to the other key, or says why not', async () => {
    const encrypted = await Promise.all(
      [1, 32, 4096].map((size) =>
        client.encrypt({
          KeyId: keyId,
          Plaintext: new Uint8Array(size).fill(size),
          EncryptionContext: encryptionContext,
        }),
      ),
    );
    const blobs = encrypted.map(({ CiphertextBlob }) => CiphertextBlob as Uint8Array);
    const request = (ciphertextBlob: Uint8Array) => ({
      ciphertextBlob,
      sourceEncryptionContext: encryptionContext,
      destinationKeyId: otherKeyId,
    });
    const answers = outcomes(
      await client.reEncrypts([
        ...blobs.map(request),
        request(flipped(blobs[0] as Uint8Array, 100)),
        { ...request(blobs[0] as Uint8Array), sourceEncryptionContext: {} },
        { ...request(blobs[0] as Uint8Array), destinationKeyId: 'alias/none' },
      ]),
    );
    expect(answers.slice(3)).toEqual([
      'InvalidCiphertextException',
      'InvalidCiphertextException',
      'NotFoundException',
    ]);
    for (const [i, size] of [1, 32, 4096].entries()) {
      const { ciphertextBlob } = answers[i] as ReEncryptsOutput;
      const { Plaintext, KeyId } = await client.decrypt({ CiphertextBlob: ciphertextBlob });
      expect(Plaintext).toEqual(new Uint8Array(size).fill(size));
      expect(KeyId).toContain(otherKeyId);
    }
  });
});
