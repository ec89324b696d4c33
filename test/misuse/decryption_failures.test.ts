// One error with one message, whatever the cause, and no plaintext.

import { describe, expect, it } from 'vitest';
import { addon, DataKey } from '../../lib/hsm/index.js';

const size = 1000;
const margin = 100;
const key = DataKey.generate();
const plaintext = new Uint8Array(size).fill(0x41);
const aad = Uint8Array.of(1, 2, 3);
const box = key.encrypt(plaintext, aad);
const untouched = 0xee;

function flipped(at: number, bit = 0): Uint8Array {
  const changed = new Uint8Array(box);
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}

type Failing = { key?: DataKey; box?: Uint8Array; aad?: Uint8Array | undefined };
const causes: readonly (readonly [string, Failing])[] = [
  ['another key', { key: DataKey.generate() }],
  ['other associated data', { aad: Uint8Array.of(1, 2, 4) }],
  ['longer associated data', { aad: Uint8Array.of(1, 2, 3, 0) }],
  ['no associated data', { aad: undefined }],
  ['a changed first byte of the nonce', { box: flipped(0) }],
  ['a changed last byte of the nonce', { box: flipped(23, 7) }],
  ['a changed first byte of the ciphertext', { box: flipped(24) }],
  ['a changed last byte of the ciphertext', { box: flipped(box.length - 17, 3) }],
  ['a changed first byte of the tag', { box: flipped(box.length - 16) }],
  ['a changed last byte of the tag', { box: flipped(box.length - 1, 7) }],
  ['a byte less', { box: box.subarray(0, -1) }],
  ['a byte less in front', { box: box.subarray(1) }],
  ['a byte more', { box: Buffer.concat([box, Uint8Array.of(0)]) }],
  ['nonce and tag only', { box: box.subarray(0, 40) }],
  ['too little for a box', { box: box.subarray(0, 39) }],
  ['one byte', { box: new Uint8Array(1) }],
  ['nothing', { box: new Uint8Array() }],
  ['zeros', { box: new Uint8Array(box.length) }],
];

function failureOf(call: () => unknown): { code: unknown; name: unknown; message: unknown } {
  try {
    call();
  } catch (error) {
    const { code, name, message } = error as Record<string, unknown>;
    return { code, name, message };
  }
  throw new Error('decryption did not fail');
}

const theFailure = {
  code: 'ERR_DECRYPTION_FAILED',
  name: 'KeysteadError',
  message: 'decryption failed',
};

describe.each(causes)('decryption with %s', (_, changes) => {
  const attempt = { key, box, aad, ...changes };

  it('fails alike in every form', async () => {
    const out = new Uint8Array(2 * size);
    const decrypt = () => attempt.key.decrypt(attempt.box, attempt.aad);
    const into = () => attempt.key.decryptInto(attempt.box, out, attempt.aad);
    expect([failureOf(decrypt), failureOf(into)]).toEqual([theFailure, theFailure]);
    await expect(attempt.key.decryptAsync(attempt.box, attempt.aad)).rejects.toMatchObject(
      theFailure,
    );
  });

  it('leaves zeros where plaintext would be, and all else as it was', () => {
    const memory = new Uint8Array(size + 2 * margin).fill(untouched);
    const out = memory.subarray(margin, margin + size + 1);
    failureOf(() => attempt.key.decryptInto(attempt.box, out, attempt.aad));
    const textSize = attempt.box.length - 40;
    // Too short for a box at all: nothing is written.
    const zeros = textSize >= 0 ? textSize : 0;
    const expected = new Uint8Array(memory.length).fill(untouched);
    expected.fill(0, margin, margin + zeros);
    expect(memory).toEqual(expected);
  });

  it('does not change the box', () => {
    const before = new Uint8Array(attempt.box);
    failureOf(() => attempt.key.decrypt(attempt.box, attempt.aad));
    expect(new Uint8Array(attempt.box)).toEqual(before);
  });
});

describe('decryption of much, asynchronously', () => {
  const large = key.encrypt(new Uint8Array(9_000_000));

  it.each([0, 30, 5_000_000, 9_000_039])('fails alike with a flipped bit at %d', async (at) => {
    const changed = new Uint8Array(large);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(key.decryptAsync(changed)).rejects.toMatchObject(theFailure);
  });
});

describe('unwrapping', () => {
  const id = new Uint8Array(16).fill(1);
  const root = addon().rootKeyFromBytes(new Uint8Array(32).fill(2), id);
  const { handle } = addon().kmsKeyCreate(root, 0, id);
  const other = addon().kmsKeyCreate(root, 0, id).handle;
  const context = Uint8Array.of(0, 1, 65, 0, 1, 66);
  const blob = addon().kmsKeyEncrypt(handle, new Uint8Array(32).fill(7), context);

  it('fails alike for a flipped bit anywhere', () => {
    for (let at = 0; at < blob.length; at += 1) {
      const changed = new Uint8Array(blob);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(failureOf(() => addon().kmsKeyDecrypt(handle, changed, context))).toEqual(theFailure);
      expect(failureOf(() => addon().kmsKeyOpenDataKey(handle, changed, context))).toEqual(
        theFailure,
      );
    }
  });

  it('fails alike for another key, another context and every wrong length', () => {
    const calls = [
      () => addon().kmsKeyDecrypt(other, blob, context),
      () => addon().kmsKeyDecrypt(handle, blob, undefined),
      () => addon().kmsKeyDecrypt(handle, blob, context.subarray(1)),
      () => addon().kmsKeyDecrypt(handle, blob, new Uint8Array(9000)),
      ...[0, 1, 111, 112, 143].map(
        (size) => () => addon().kmsKeyDecrypt(handle, blob.subarray(0, size), context),
      ),
      () => addon().kmsKeyDecrypt(handle, new Uint8Array(10_000), context),
      () => addon().kmsKeyOpenDataKey(handle, blob.subarray(0, 143), context),
    ];
    expect(calls.map(failureOf)).toEqual(calls.map(() => theFailure));
  });

  it('of records fails alike', () => {
    const sealed = addon().rootKeySeal(root, new Uint8Array(10), id);
    const calls = [
      () => addon().rootKeyUnseal(root, sealed, new Uint8Array()),
      () => addon().rootKeyUnseal(root, sealed.subarray(1), id),
      () => addon().rootKeyUnseal(root, new Uint8Array(3), id),
    ];
    expect(calls.map(failureOf)).toEqual(calls.map(() => theFailure));
  });
});
