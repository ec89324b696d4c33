// What is encrypted stays bound to its context and its key (traps 1, 2, 11).

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeScene, outcome, plaintext, type Scene } from './support/scene.js';

let scene: Scene;
let KeyId: string;
beforeAll(async () => {
  scene = await makeScene();
  KeyId = scene.key.KeyId;
});

const invalidCiphertext = 'InvalidCiphertextException: ';
type Context = Record<string, string>;

describe('trap 1: different contexts are never the same additional data', () => {
  const pairs: readonly [Context, Context][] = [
    [{ ab: 'c' }, { a: 'bc' }],
    [
      { a: 'b', c: 'd' },
      { a: 'bc', d: '' },
    ],
    [{ a: '' }, { '': 'a' }],
    [{ a: 'b' }, { A: 'b' }],
    [
      { '1': '2', '3': '4' },
      { '1': '23', '4': '' },
    ],
    [{ a: '\u00e9' }, { a: 'e\u0301' }],
  ];
  test.each(pairs)('%o is not %o', async (EncryptionContext, other) => {
    const { client } = scene;
    const { CiphertextBlob } = await client.encrypt({
      KeyId,
      Plaintext: plaintext,
      EncryptionContext,
    });
    expect(await outcome(client.decrypt({ CiphertextBlob, EncryptionContext: other }))).toBe(
      invalidCiphertext,
    );
    await client.decrypt({ CiphertextBlob, EncryptionContext });
  });

  test('any two contexts', async () => {
    const context = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), {
      maxKeys: 3,
    });
    await fc.assert(
      fc.asyncProperty(context, context, async (one, two) => {
        const { client } = scene;
        const { CiphertextBlob } = await client.encrypt({
          KeyId,
          Plaintext: plaintext,
          EncryptionContext: one,
        });
        const same = isSame(one, two);
        const answer = await outcome(client.decrypt({ CiphertextBlob, EncryptionContext: two }));
        expect(answer).toBe(same ? 'ok' : invalidCiphertext);
      }),
      { numRuns: 200 },
    );
  });

  function isSame(one: Context, two: Context): boolean {
    const sorted = (context: Context) => JSON.stringify(Object.entries(context).sort());
    return sorted(one) === sorted(two);
  }
});

describe('trap 2: every pair is bound, whatever it is called', () => {
  const EncryptionContext = { 'aws-crypto-public-key': 'AbC=', 'aws:s3:arn': 'arn:aws:s3:::b/k' };
  test.each(Object.keys(EncryptionContext))('%s', async (name) => {
    const { client } = scene;
    const without = Object.fromEntries(
      Object.entries(EncryptionContext).filter(([key]) => key !== name),
    );
    const changed = { ...EncryptionContext, [name]: 'other' };
    const blobs = [
      await client.encrypt({ KeyId, Plaintext: plaintext, EncryptionContext }),
      await client.generateDataKey({ KeyId, KeySpec: 'AES_256', EncryptionContext }),
      await client.generateDataKeyWithoutPlaintext({
        KeyId,
        KeySpec: 'AES_256',
        EncryptionContext,
      }),
      await client.reEncrypt({
        CiphertextBlob: scene.blob,
        DestinationKeyId: KeyId,
        DestinationEncryptionContext: EncryptionContext,
      }),
    ];
    for (const { CiphertextBlob } of blobs) {
      for (const context of [without, changed, {}, undefined]) {
        const decrypt = client.decrypt({ CiphertextBlob, EncryptionContext: context });
        expect(await outcome(decrypt)).toBe(invalidCiphertext);
        const reEncrypt = client.reEncrypt({
          CiphertextBlob,
          DestinationKeyId: KeyId,
          SourceEncryptionContext: context,
        });
        expect(await outcome(reEncrypt)).toBe(invalidCiphertext);
      }
      await client.decrypt({ CiphertextBlob, EncryptionContext });
    }
  });

  test('null, absent and empty are the same', async () => {
    const { client } = scene;
    const contexts = [undefined, null as never, {}];
    for (const EncryptionContext of contexts) {
      const { CiphertextBlob } = await client.encrypt({
        KeyId,
        Plaintext: plaintext,
        EncryptionContext,
      });
      for (const other of contexts)
        await client.decrypt({ CiphertextBlob, EncryptionContext: other });
    }
  });
});

describe('trap 11: a data key is as long as it was asked for', () => {
  test.each([
    [{ KeySpec: 'AES_256' as const }, 32],
    [{ KeySpec: 'AES_128' as const }, 16],
    [{ NumberOfBytes: 1 }, 1],
    [{ NumberOfBytes: 64 }, 64],
    [{ NumberOfBytes: 1024 }, 1024],
  ])('%o: %d bytes', async (size, bytes) => {
    const { client } = scene;
    const { Plaintext, CiphertextBlob } = await client.generateDataKey({ KeyId, ...size });
    expect(Plaintext).toHaveLength(bytes);
    expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
    const without = await client.generateDataKeyWithoutPlaintext({ KeyId, ...size });
    expect(without).not.toHaveProperty('Plaintext');
    expect(
      (await client.decrypt({ CiphertextBlob: without.CiphertextBlob })).Plaintext,
    ).toHaveLength(bytes);
  });

  test.each([{}, { KeySpec: 'AES_256' as const, NumberOfBytes: 32 }])(
    'one size, not %o',
    async (size) => {
      const expected = 'ValidationException: Please specify either number of bytes or key spec.';
      expect(await outcome(scene.client.generateDataKey({ KeyId, ...size }))).toBe(expected);
      expect(await outcome(scene.client.generateDataKeyWithoutPlaintext({ KeyId, ...size }))).toBe(
        expected,
      );
    },
  );
});

test('no two ciphertexts and no two data keys are the same', async () => {
  const { client } = scene;
  const seen = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const made = await client.generateDataKey({ KeyId, KeySpec: 'AES_256' });
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: plaintext });
    for (const bytes of [made.Plaintext, made.CiphertextBlob, CiphertextBlob])
      seen.add(Buffer.from(bytes).toString('hex'));
  }
  expect(seen.size).toBe(150);
});
