// A store that is locked to one of two root keys, each a byte repeated.

import { expect } from 'vitest';
import { Kms } from '../../../lib/kms.js';

export const Plaintext = Uint8Array.of(1, 2, 3);
export const bytes = [0xa, 0xb] as const;
export const rootKey = (byte: number) => () => new Uint8Array(32).fill(byte);

/** Makes a store with so many keys; a blob of each. */
export async function fill(path: string, keys: number): Promise<Uint8Array[]> {
  const kms = await Kms.open({ path, rootKey: rootKey(bytes[0]) });
  const client = kms.client();
  const made = await Promise.all(Array.from({ length: keys }, () => client.createKey()));
  const blobs = await Promise.all(
    made.map(({ KeyMetadata: { KeyId } }) => client.encrypt({ KeyId, Plaintext })),
  );
  await kms.close();
  return blobs.map(({ CiphertextBlob }) => CiphertextBlob);
}

/** Which of the two keys opens the store: one exactly, and under it every key works. */
export async function openingKey(path: string, blobs: readonly Uint8Array[]): Promise<number> {
  const opening: number[] = [];
  for (const byte of bytes) {
    const kms = await Kms.open({ path, rootKey: rootKey(byte) }).catch((error) => {
      expect(error).toMatchObject({ code: 'ERR_ROOT_KEY' });
    });
    if (kms === undefined) continue;
    opening.push(byte);
    for (const CiphertextBlob of blobs)
      expect((await kms.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
    await kms.client().createKey();
    await kms.close();
  }
  expect(opening).toHaveLength(1);
  return opening[0] as number;
}
