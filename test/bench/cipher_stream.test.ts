// node:crypto's streams as a peer: they do the whole work, the tag included.

import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { toDecrypt } from '../../bench/peers/cipher_stream.mjs';

const plaintexts = [randomBytes(1000), randomBytes(1), randomBytes(70_000)];

test('decrypts the pieces to what they were, as often as asked', async () => {
  const { pieces, decryptStream } = toDecrypt(plaintexts);
  expect(pieces.map(({ length }) => length)).toEqual([1000, 1, 70_000]);
  for (const stream of [decryptStream(), decryptStream()]) {
    const plaintext = await buffer(Readable.from(pieces).pipe(stream));
    expect(plaintext.equals(Buffer.concat(plaintexts))).toBe(true);
  }
});

test('checks the tag', async () => {
  const { pieces, decryptStream } = toDecrypt(plaintexts);
  pieces[1]?.fill(0, 0, 1);
  pieces[2]?.fill(0);
  await expect(buffer(Readable.from(pieces).pipe(decryptStream()))).rejects.toThrow();
});
