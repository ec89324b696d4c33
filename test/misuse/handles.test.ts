// Handles that are disposed of, of another kind, of another binary, or no handles.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  type Addon,
  addon,
  DataKey,
  type DataKeyHandle,
  dataKeyFromHandle,
} from '../../lib/hsm/index.js';
import { testAddon } from '../hsm/support/test_addon.js';
import { codeOf, rejectionCodeOf } from '../hsm/support/thrown.js';

const id = new Uint8Array(16);
const root = addon().rootKeyFromBytes(new Uint8Array(32).fill(1), id);
const kmsKey = addon().kmsKeyCreate(root, 0, id).handle;
const dataKey = addon().dataKeyGenerate();
const small = new Uint8Array(64);
const large = new Uint8Array(100_000);

const dataKeyUses: readonly (readonly [string, (key: DataKey) => unknown])[] = [
  ['encrypt', (key) => key.encrypt(small)],
  ['encryptInto', (key) => key.encryptInto(small, large)],
  ['decrypt', (key) => key.decrypt(small)],
  ['decryptInto', (key) => key.decryptInto(small, large)],
  ['exportPlaintext', (key) => key.exportPlaintext()],
  ['share', (key) => key.share()],
];
const asyncUses: readonly (readonly [string, (key: DataKey) => Promise<unknown>])[] = [
  ['encryptAsync of little', (key) => key.encryptAsync(small)],
  ['encryptAsync of much', (key) => key.encryptAsync(large)],
  ['decryptAsync of little', (key) => key.decryptAsync(small)],
  ['decryptAsync of much', (key) => key.decryptAsync(large)],
];

const folder = mkdtempSync(path.join(tmpdir(), 'keystead-handles-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The library once more, with another copy of the binary: an arena and an OpenSSL of its own. */
async function secondCopy(): Promise<Addon> {
  const { resolve } = createRequire(import.meta.url)('node-gyp-build') as {
    resolve(folder: string): string;
  };
  const copies = path.join(folder, 'build', 'Release');
  mkdirSync(copies, { recursive: true });
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  copyFileSync(resolve(repository), path.join(copies, 'copy.node'));
  // node-gyp-build takes the binary from the folder that this variable names.
  vi.stubEnv('KEYSTEAD_PREBUILD', folder);
  vi.resetModules();
  const library = await import('../../lib/hsm/index.js');
  const copy = library.addon();
  vi.unstubAllEnvs();
  return copy;
}

const copy = await secondCopy();
const strangers: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 1],
  ['a plain object', {}],
  ['a function', () => 0],
  ['an external of another addon', testAddon().external(false)],
  ['a tagged external of another addon', testAddon().external(true)],
  ['a handle of a KMS key', kmsKey],
  ['a handle of a root key', root],
  ['a handle of another copy of the binary', copy.dataKeyGenerate()],
  ['a DataKey', DataKey.generate()],
  ['a Proxy of a handle', new Proxy(dataKey as object, {})],
  ['an object that inherits from a handle', Object.create(dataKey as object)],
];

describe.each(strangers)('%s as a handle', (_, handle) => {
  const key = dataKeyFromHandle(handle as never);

  it.each([
    ...dataKeyUses,
    ['dispose', (stranger: DataKey) => stranger.dispose()] as const,
    ['disposed', (stranger: DataKey) => stranger.disposed] as const,
  ])('is refused by %s', (_, use) => {
    expect(codeOf(() => use(key))).toBe('ERR_INVALID_HANDLE');
  });

  it.each(asyncUses)('is refused by %s', async (_, use) => {
    expect(await rejectionCodeOf(use(key))).toBe('ERR_INVALID_HANDLE');
  });
});

describe('the two copies of the binary', () => {
  it('are two: each counts its own memory', () => {
    const before = addon().nativeInfo().memory.bytesInUse;
    const keys = Array.from({ length: 100 }, () => copy.dataKeyGenerate());
    expect(addon().nativeInfo().memory.bytesInUse).toBe(before);
    expect(copy.dataKeyExport(keys[0] as DataKeyHandle)).toHaveLength(32);
  });
});

describe('the other kinds', () => {
  const blob = new Uint8Array(144);
  it.each<readonly [string, (handle: never) => unknown]>([
    ['kmsKeyEncrypt', (handle) => addon().kmsKeyEncrypt(handle, small, undefined)],
    ['kmsKeyDecrypt', (handle) => addon().kmsKeyDecrypt(handle, blob, undefined)],
    ['kmsKeyNewDataKey', (handle) => addon().kmsKeyNewDataKey(handle, blob, undefined)],
    ['kmsKeyOpenDataKey', (handle) => addon().kmsKeyOpenDataKey(handle, blob, undefined)],
    [
      'kmsKeyGenerateDataKey',
      (handle) => addon().kmsKeyGenerateDataKey(handle, 32, blob, undefined),
    ],
    [
      'kmsKeyReEncrypt, source',
      (handle) => addon().kmsKeyReEncrypt(handle, blob, undefined, kmsKey, undefined),
    ],
    [
      'kmsKeyReEncrypt, destination',
      (handle) => addon().kmsKeyReEncrypt(kmsKey, blob, undefined, handle, undefined),
    ],
    ['kmsKeyNewDataKeys', (handle) => addon().kmsKeyNewDataKeys(handle, blob, undefined)],
    ['kmsKeyOpenDataKeys', (handle) => addon().kmsKeyOpenDataKeys(handle, [blob], undefined)],
    [
      'kmsKeyReEncrypts, source',
      (handle) => addon().kmsKeyReEncrypts(handle, [blob], undefined, kmsKey, undefined),
    ],
    [
      'kmsKeyReEncrypts, destination',
      (handle) => addon().kmsKeyReEncrypts(kmsKey, [blob], undefined, handle, undefined),
    ],
    ['kmsKeyDispose', (handle) => addon().kmsKeyDispose(handle)],
  ])('%s refuses data keys, root keys and strangers', (_, call) => {
    for (const handle of [dataKey, root, {}, undefined, testAddon().external(true)]) {
      expect(codeOf(() => call(handle as never))).toBe('ERR_INVALID_HANDLE');
    }
  });

  it.each<readonly [string, (handle: never) => unknown]>([
    ['kmsKeyCreate', (handle) => addon().kmsKeyCreate(handle, 0, id)],
    ['kmsKeyOpen', (handle) => addon().kmsKeyOpen(handle, 0, id, new Uint8Array(32), small)],
    ['rootKeySeal', (handle) => addon().rootKeySeal(handle, small, small)],
    ['rootKeyUnseal', (handle) => addon().rootKeyUnseal(handle, small, small)],
    ['rootKeyDispose', (handle) => addon().rootKeyDispose(handle)],
  ])('%s refuses data keys, KMS keys and strangers', (_, call) => {
    for (const handle of [dataKey, kmsKey, {}, undefined, testAddon().external(true)]) {
      expect(codeOf(() => call(handle as never))).toBe('ERR_INVALID_HANDLE');
    }
  });

  it('are disposed of for good, again and again', () => {
    const otherRoot = addon().rootKeyFromBytes(new Uint8Array(32).fill(1), id);
    const { handle } = addon().kmsKeyCreate(otherRoot, 0, id);
    for (const _ of [1, 2]) {
      addon().rootKeyDispose(otherRoot);
      addon().kmsKeyDispose(handle);
      expect(codeOf(() => addon().rootKeySeal(otherRoot, small, small))).toBe('ERR_DISPOSED');
      expect(codeOf(() => addon().kmsKeyEncrypt(handle, small, undefined))).toBe('ERR_DISPOSED');
    }
  });
});

describe('a disposed data key', () => {
  const key = DataKey.generate();
  key.dispose();

  it.each(dataKeyUses)('is refused by %s', (_, use) => {
    expect(codeOf(() => use(key))).toBe('ERR_DISPOSED');
  });

  it.each(asyncUses)('is refused by %s', async (_, use) => {
    expect(await rejectionCodeOf(use(key))).toBe('ERR_DISPOSED');
  });
});

describe('borrowed methods', () => {
  const borrowers = [{}, undefined, null, Object.create(DataKey.prototype), { handle: {} }];

  it.each(['encrypt', 'decrypt', 'exportPlaintext', 'share', 'dispose'] as const)(
    '%s works on no look-alike',
    (name) => {
      const method = DataKey.prototype[name] as (bytes?: Uint8Array) => unknown;
      for (const borrower of borrowers) {
        const thrown = codeOf(() => method.call(borrower, small));
        expect(thrown === 'ERR_INVALID_HANDLE' || thrown instanceof TypeError).toBe(true);
      }
    },
  );
});

describe('a copy of the properties of a DataKey', () => {
  const copyOf = (key: DataKey) => Object.assign(Object.create(DataKey.prototype), key) as DataKey;

  it('is no key, neither while the key lives nor when its handle holds another', () => {
    const key = DataKey.generate();
    const copy = copyOf(key);
    const uses = [...dataKeyUses.map(([, use]) => use), (stranger: DataKey) => stranger.dispose()];
    for (const use of uses) expect(() => use(copy)).toThrow(TypeError);
    key.dispose();
    const next = DataKey.generate();
    for (const use of uses) expect(() => use(copy)).toThrow(TypeError);
    expect(next.disposed).toBe(false);
  });
});

describe.each<readonly [string, object]>([
  ['a data key', dataKey as object],
  ['a KMS key', kmsKey as object],
  ['a root key', root as object],
])('the handle of %s', (_, handle) => {
  const dataCloneError = expect.objectContaining({ name: 'DataCloneError' });

  it('is neither cloned nor posted nor serialized, nor given to a worker', () => {
    const { port1, port2 } = new MessageChannel();
    expect(() => structuredClone({ handle })).toThrow(dataCloneError);
    expect(() => port1.postMessage(handle)).toThrow(dataCloneError);
    expect(() => v8.serialize(handle)).toThrow(/clone/);
    expect(() => new Worker('0', { eval: true, workerData: handle })).toThrow(dataCloneError);
    port1.close();
    port2.close();
  });
});

describe('a DataKey stays in its thread', () => {
  const key = DataKey.generate();
  const dataCloneError = expect.objectContaining({ message: expect.stringMatching(/clone/) });

  it('is not cloned, nor inside of something', () => {
    expect(() => structuredClone(key)).toThrow(dataCloneError);
    expect(() => structuredClone({ keys: [new Map([['a', key]])] })).toThrow(dataCloneError);
    expect(() => structuredClone(key, { transfer: [key as never] })).toThrow();
  });

  it('is not serialized', () => {
    expect(() => v8.serialize(key)).toThrow(dataCloneError);
  });

  it('is not posted', () => {
    const { port1, port2 } = new MessageChannel();
    expect(() => port1.postMessage(key)).toThrow(dataCloneError);
    expect(() => port1.postMessage({ key })).toThrow(dataCloneError);
    port1.close();
    port2.close();
  });

  it('is not given to a worker', () => {
    const make = () => new Worker('0', { eval: true, workerData: { key } });
    expect(make).toThrow(dataCloneError);
  });
});
