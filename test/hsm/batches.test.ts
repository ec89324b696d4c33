// Many at once: each gets its result or its error, and one that fails takes no other with it.

import { afterAll, describe, expect, it } from 'vitest';
import { KeysteadError } from '../../lib/errors.js';
import { addon, type DataKeyHandle } from '../../lib/hsm/index.js';
import { badBuffers, noBytes } from '../misuse/support/bad_buffers.js';
import { codeOf } from './support/thrown.js';

const hsm = addon();
const root = hsm.rootKeyFromBytes(new Uint8Array(32).fill(1), new Uint8Array(16));
const key = hsm.kmsKeyCreate(root, 0, new Uint8Array(16).fill(1)).handle;
const other = hsm.kmsKeyCreate(root, 0, new Uint8Array(16).fill(2)).handle;
const context = Uint8Array.of(0, 1, 2);
const blobBytes = 144;
const text = new TextEncoder().encode('find all the doggos');
const failed = expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' });

afterAll(() => {
  for (const one of [key, other]) hsm.kmsKeyDispose(one);
  hsm.rootKeyDispose(root);
});

function newBlobs(count: number): Uint8Array[] {
  const blobs = new Uint8Array(count * blobBytes);
  dispose(hsm.kmsKeyNewDataKeys(key, blobs, context));
  return Array.from({ length: count }, (_, i) => blobs.slice(i * blobBytes, (i + 1) * blobBytes));
}

function dispose(answers: readonly (DataKeyHandle | KeysteadError)[]): void {
  for (const answer of answers) {
    if (!(answer instanceof KeysteadError)) hsm.dataKeyDispose(answer);
  }
}

function emptied(count: number): DataKeyHandle[] {
  return Array.from({ length: count }, () => hsm.dataKeyEmpty());
}

describe('kmsKeyNewDataKeys', () => {
  it.each([0, 1, 3, 1000])('makes %d data keys, each with its wrapped form', (count) => {
    const blobs = new Uint8Array(count * blobBytes);
    const handles = hsm.kmsKeyNewDataKeys(key, blobs, context) as DataKeyHandle[];
    expect(handles).toHaveLength(count);
    const exported = new Set(handles.map((handle) => hsm.dataKeyExport(handle).join()));
    expect(exported.size).toBe(count);
    for (const [i, handle] of handles.entries()) {
      const blob = blobs.subarray(i * blobBytes, (i + 1) * blobBytes);
      expect(hsm.kmsKeyDecrypt(key, blob, context)).toEqual(hsm.dataKeyExport(handle));
    }
    dispose(handles);
  });

  it.each([1, 143, 145, 10_001 * blobBytes])('refuses a buffer of %d bytes', (size) => {
    const blobs = new Uint8Array(size);
    expect(codeOf(() => hsm.kmsKeyNewDataKeys(key, blobs, context))).toBe('ERR_INVALID_ARGUMENT');
    expect(blobs.every((byte) => byte === 0)).toBe(true);
  });

  it.each([...noBytes, ...badBuffers(blobBytes)])('refuses %s for a buffer', (_, blobs) => {
    const call = () => hsm.kmsKeyNewDataKeys(key, blobs as never, context);
    expect(codeOf(call)).toBe('ERR_INVALID_ARGUMENT');
  });

  it('refuses a context inside the buffer', () => {
    const blobs = new Uint8Array(blobBytes);
    const call = () => hsm.kmsKeyNewDataKeys(key, blobs, blobs.subarray(140));
    expect(codeOf(call)).toBe('ERR_INVALID_ARGUMENT');
  });

  it('says for each that the context is too long', () => {
    const blobs = new Uint8Array(2 * blobBytes);
    const tooLong = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
    expect(hsm.kmsKeyNewDataKeys(key, blobs, new Uint8Array(8193))).toEqual([tooLong, tooLong]);
  });

  it('fills emptied handles, and makes the rest', () => {
    const handles = emptied(2);
    const answers = hsm.kmsKeyNewDataKeys(key, new Uint8Array(3 * blobBytes), context, handles);
    expect(answers.slice(0, 2).every((answer, i) => answer === handles[i])).toBe(true);
    expect(answers.map((answer) => hsm.dataKeyIsDisposed(answer as never))).toEqual([
      false,
      false,
      false,
    ]);
    dispose(answers);
  });

  it.each([
    ['that hold keys', () => [hsm.dataKeyGenerate()]],
    ['twice the same', () => [...emptied(1), ...emptied(1)].fill(hsm.dataKeyEmpty())],
    ['that are none', () => [{} as DataKeyHandle]],
    ['of KMS keys', () => [key as never]],
  ])('fills no handles %s', (_, make) => {
    const call = () => hsm.kmsKeyNewDataKeys(key, new Uint8Array(2 * blobBytes), context, make());
    expect(codeOf(call)).toBe('ERR_INVALID_HANDLE');
  });
});

describe('kmsKeyOpenDataKeys', () => {
  it.each([0, 1, 3, 1000])('opens %d data keys in order', (count) => {
    const blobs = newBlobs(count);
    const handles = hsm.kmsKeyOpenDataKeys(key, blobs, context, emptied(2)) as DataKeyHandle[];
    expect(handles).toHaveLength(count);
    for (const [i, handle] of handles.entries()) {
      const single = hsm.kmsKeyOpenDataKey(key, blobs[i] as Uint8Array, context);
      expect(
        hsm.dataKeyDecrypt(single, hsm.dataKeyEncrypt(handle, text, undefined), undefined),
      ).toEqual(text);
      hsm.dataKeyDispose(single);
    }
    dispose(handles);
  });

  it('answers a failure for each that fails, and the others all the same', () => {
    const [first, second] = newBlobs(2) as [Uint8Array, Uint8Array];
    const bad = [
      first.map((byte, i) => (i === 120 ? byte ^ 1 : byte)),
      first.subarray(1),
      new Uint8Array(),
      new Uint8Array(blobBytes),
      hsm.kmsKeyEncrypt(key, new Uint8Array(31), context),
      hsm.kmsKeyEncrypt(other, new Uint8Array(32), context),
      hsm.kmsKeyEncrypt(key, new Uint8Array(32), undefined),
    ];
    const answers = hsm.kmsKeyOpenDataKeys(key, [first, ...bad, second], context);
    expect(answers.slice(1, -1)).toEqual(bad.map(() => failed));
    for (const answer of [answers.at(0), answers.at(-1)]) {
      expect(hsm.dataKeyIsDisposed(answer as DataKeyHandle)).toBe(false);
    }
    dispose(answers);
  });

  it('leaves nothing in the arena for those that failed', () => {
    const blobs = Array.from({ length: 100 }, () => new Uint8Array(blobBytes));
    const before = hsm.nativeInfo().memory.bytesInUse;
    expect(hsm.kmsKeyOpenDataKeys(key, blobs, context)).toEqual(blobs.map(() => failed));
    expect(hsm.nativeInfo().memory.bytesInUse).toBe(before);
  });
});

describe('kmsKeyReEncrypts', () => {
  it('moves each, or says that it failed', () => {
    const sizes = [1, 32, 4096, 40, 50];
    const blobs = sizes.map((size) =>
      hsm.kmsKeyEncrypt(key, new Uint8Array(size).fill(size), context),
    );
    const bad = [new Uint8Array(112), new Uint8Array(), new Uint8Array(5000), blobs[1]?.slice(1)];
    const answers = hsm.kmsKeyReEncrypts(
      key,
      [...blobs, ...(bad as Uint8Array[])],
      context,
      other,
      undefined,
    );
    expect(answers.slice(sizes.length)).toEqual(bad.map(() => failed));
    for (const [i, size] of sizes.entries()) {
      const moved = answers[i] as Uint8Array;
      expect(hsm.kmsKeyDecrypt(other, moved, undefined)).toEqual(new Uint8Array(size).fill(size));
      expect(moved.buffer.byteLength).toBe(moved.length);
    }
  });

  it('says for each that the new context is too long', () => {
    const blobs = [hsm.kmsKeyEncrypt(key, text, undefined)];
    const answers = hsm.kmsKeyReEncrypts(key, blobs, undefined, other, new Uint8Array(8193));
    expect(answers).toEqual([expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' })]);
  });
});

const calls: readonly (readonly [string, (blobs: never) => unknown])[] = [
  ['kmsKeyOpenDataKeys', (blobs) => hsm.kmsKeyOpenDataKeys(key, blobs, context)],
  ['kmsKeyReEncrypts', (blobs) => hsm.kmsKeyReEncrypts(key, blobs, context, other, context)],
];

describe.each(calls)('%s', (_, call) => {
  it.each([
    ...noBytes.filter(([name]) => name !== 'an array'),
    ['a Uint8Array', new Uint8Array(blobBytes)] as const,
    ['an array without end', Object.assign([], { length: 2 ** 32 - 1 })] as const,
    ['10,001 of them', Array.from({ length: 10_001 }, () => new Uint8Array(0))] as const,
  ])('takes no %s for the array', (_, blobs) => {
    expect(codeOf(() => call(blobs as never))).toBe('ERR_INVALID_ARGUMENT');
  });

  it.each([...noBytes, ...badBuffers(blobBytes)])('takes no array with %s', (_, element) => {
    const before = hsm.nativeInfo().memory.bytesInUse;
    expect(codeOf(() => call([...newBlobs(1), element] as never))).toBe('ERR_INVALID_ARGUMENT');
    expect(hsm.nativeInfo().memory.bytesInUse).toBe(before);
  });

  it('looks at what a getter leaves behind, not at what was there before', () => {
    const [first] = newBlobs(1) as [Uint8Array];
    const blobs = [first, first];
    Object.defineProperty(blobs, 1, {
      get() {
        structuredClone(first.buffer, { transfer: [first.buffer as ArrayBuffer] });
        return new Uint8Array(blobBytes);
      },
    });
    expect(codeOf(() => call(blobs as never))).toBe('ERR_INVALID_ARGUMENT');
  });

  it('passes on what a getter throws', () => {
    const blobs = Object.defineProperty([1], 0, {
      get() {
        throw new RangeError('mine');
      },
    });
    expect(() => call(blobs as never)).toThrow(RangeError);
  });
});

describe('a key that a getter disposes of', () => {
  it('is refused', () => {
    const doomed = hsm.kmsKeyCreate(root, 0, new Uint8Array(16)).handle;
    const blobs = Object.defineProperty([1], 0, {
      get() {
        hsm.kmsKeyDispose(doomed);
        return new Uint8Array(blobBytes);
      },
    }) as never;
    expect(codeOf(() => hsm.kmsKeyOpenDataKeys(doomed, blobs, context))).toBe('ERR_DISPOSED');
  });
});
