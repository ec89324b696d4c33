// Access keys and signing keys, misused: handles of other kinds, arguments out of range, secrets for
// other ids.

import { describe, expect, it } from 'vitest';
import { sign, signingKey } from '../../bench/peers/sigv4_signer.mjs';
import { addon } from '../../lib/hsm/index.js';
import { testAddon } from '../hsm/support/test_addon.js';
import { codeOf } from '../hsm/support/thrown.js';
import { badBuffers } from './support/bad_buffers.js';

const hsm = addon();
const storeId = new Uint8Array(16);
const root = hsm.rootKeyFromBytes(new Uint8Array(32).fill(1), storeId);
const id = 'AKIA2345ABCDEFGHIJKL';
const { wrappedSecret } = hsm.accessKeyCreate(root, id);
const derive = (wrapped = wrappedSecret, accessKeyId = id, from = root) =>
  hsm.signingKeyDerive(from, accessKeyId, wrapped, '20260102', 'us-east-1', 'kms');
const key = derive();
const text = new Uint8Array(100);
const toSign = 'AWS4-HMAC-SHA256';
const signature = '0'.repeat(64);
const kmsKey = hsm.kmsKeyCreate(root, 0, storeId).handle;
const others = [
  undefined,
  null,
  {},
  hsm.dataKeyGenerate(),
  kmsKey,
  testAddon().external(false),
  testAddon().external(true),
];

describe('handles', () => {
  it.each<readonly [string, (handle: never) => unknown]>([
    ['accessKeyCreate', (handle) => hsm.accessKeyCreate(handle, id)],
    ['accessKeyWrap', (handle) => hsm.accessKeyWrap(handle, id, new Uint8Array(40))],
    ['accessKeyRewrap, from', (handle) => hsm.accessKeyRewrap(handle, root, id, wrappedSecret)],
    ['accessKeyRewrap, to', (handle) => hsm.accessKeyRewrap(root, handle, id, wrappedSecret)],
    [
      'signingKeyDerive',
      (handle) => hsm.signingKeyDerive(handle, id, wrappedSecret, '20260102', 'r', 's'),
    ],
  ])('%s takes root keys alone', (_, call) => {
    for (const handle of [...others, key])
      expect(codeOf(() => call(handle as never))).toBe('ERR_INVALID_HANDLE');
  });

  it.each<readonly [string, (handle: never) => unknown]>([
    ['signingKeyVerify', (handle) => hsm.signingKeyVerify(handle, toSign, signature)],
    ['signingKeyDispose', (handle) => hsm.signingKeyDispose(handle)],
  ])('%s takes signing keys alone', (_, call) => {
    for (const handle of [...others, root])
      expect(codeOf(() => call(handle as never))).toBe('ERR_INVALID_HANDLE');
  });

  it('of signing keys are no other keys', () => {
    expect(codeOf(() => hsm.rootKeySeal(key as never, text, text))).toBe('ERR_INVALID_HANDLE');
    expect(codeOf(() => hsm.kmsKeyEncrypt(key as never, text, undefined))).toBe(
      'ERR_INVALID_HANDLE',
    );
    expect(codeOf(() => hsm.dataKeyEncrypt(key as never, text, undefined))).toBe(
      'ERR_INVALID_HANDLE',
    );
    expect(codeOf(() => hsm.epochFileRead(key as never))).toBe('ERR_INVALID_HANDLE');
  });

  it('are disposed of for good, again and again, and give their memory back', () => {
    const { bytesInUse } = hsm.nativeInfo().memory;
    const keys = Array.from({ length: 100 }, () => derive());
    expect(hsm.nativeInfo().memory.bytesInUse).toBeGreaterThan(bytesInUse);
    for (const disposed of keys) {
      for (const _ of [1, 2]) hsm.signingKeyDispose(disposed);
      expect(codeOf(() => hsm.signingKeyVerify(disposed, toSign, signature))).toBe('ERR_DISPOSED');
    }
    expect(hsm.nativeInfo().memory.bytesInUse).toBe(bytesInUse);
  });

  it('of a root key that was disposed of are of no use, but the signing keys made with it are', () => {
    const other = hsm.rootKeyFromBytes(new Uint8Array(32).fill(1), storeId);
    const made = derive(wrappedSecret, id, other);
    hsm.rootKeyDispose(other);
    expect(codeOf(() => derive(wrappedSecret, id, other))).toBe('ERR_DISPOSED');
    expect(codeOf(() => hsm.accessKeyCreate(other, id))).toBe('ERR_DISPOSED');
    expect(hsm.signingKeyVerify(made, toSign, signature)).toBe(false);
  });
});

describe('arguments', () => {
  const invalid = 'ERR_INVALID_ARGUMENT';

  it.each(['', 'x'.repeat(129), 'é'.repeat(65), 'a\0b', 7, undefined, null, {}])(
    'an access key id is not %j',
    (bad) => {
      expect(codeOf(() => hsm.accessKeyCreate(root, bad as never))).toBe(invalid);
      expect(codeOf(() => derive(wrappedSecret, (bad ?? 0) as never))).toBe(invalid);
      expect(codeOf(() => hsm.accessKeyRewrap(root, root, bad as never, wrappedSecret))).toBe(
        invalid,
      );
      const secret = new Uint8Array(40).fill(1);
      expect(codeOf(() => hsm.accessKeyWrap(root, bad as never, secret))).toBe(invalid);
    },
  );

  it.each([0, 129, 4096])('a secret has not %d bytes', (size) => {
    const secret = new Uint8Array(size).fill(1);
    expect(codeOf(() => hsm.accessKeyWrap(root, id, secret))).toBe(invalid);
    expect(secret.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    '',
    '0',
    '0'.repeat(63),
    '0'.repeat(65),
    '0'.repeat(100_000),
    'A'.repeat(64),
    'g'.repeat(64),
    'é'.repeat(32),
    '€'.repeat(64),
    `${'0'.repeat(63)}\0`,
    `${'0'.repeat(63)}\ud800`,
  ])('%j is no signature', (bad) => {
    expect(hsm.signingKeyVerify(key, toSign, bad)).toBe(false);
  });

  it.each(badBuffers(40))('a secret is not %s', (_, bytes) => {
    expect(codeOf(() => hsm.accessKeyWrap(root, id, bytes))).toBe(invalid);
  });

  it.each(badBuffers(80))('a wrapped secret is not %s', (_, bytes) => {
    expect(codeOf(() => derive(bytes))).toBe(invalid);
    expect(codeOf(() => hsm.accessKeyRewrap(root, root, id, bytes))).toBe(invalid);
  });

  it.each([undefined, null, 7, {}, new Uint8Array(64)])(
    'neither text nor signature is %o',
    (bad) => {
      expect(codeOf(() => hsm.signingKeyVerify(key, bad as never, signature))).toBe(invalid);
      expect(codeOf(() => hsm.signingKeyVerify(key, toSign, bad as never))).toBe(invalid);
    },
  );

  it.each(['date', 'region', 'service'])('the %s is text', (name) => {
    const scope: Record<string, unknown> = { date: '20260102', region: 'r', service: 's' };
    for (const bad of [undefined, null, 7, 'a\0b', 'x'.repeat(5000)]) {
      const { date, region, service } = { ...scope, [name]: bad } as Record<string, never>;
      const call = () =>
        hsm.signingKeyDerive(
          root,
          id,
          wrappedSecret,
          date as never,
          region as never,
          service as never,
        );
      expect(codeOf(call)).toBe(invalid);
    }
  });
});

describe('a wrapped secret', () => {
  const failed = 'ERR_DECRYPTION_FAILED';

  it('opens for its own id and root key alone', () => {
    const otherRoot = hsm.rootKeyFromBytes(new Uint8Array(32).fill(2), storeId);
    const otherStore = hsm.rootKeyFromBytes(new Uint8Array(32).fill(1), new Uint8Array(16).fill(1));
    expect(codeOf(() => derive(wrappedSecret, `${id}A`))).toBe(failed);
    for (const from of [otherRoot, otherStore])
      expect(codeOf(() => derive(wrappedSecret, id, from))).toBe(failed);
    expect(codeOf(() => hsm.accessKeyRewrap(otherRoot, root, id, wrappedSecret))).toBe(failed);
  });

  it.each([0, 1, 40, 79, 81, 168, 169, 1000])('has not %d bytes', (size) => {
    const bytes = new Uint8Array(size);
    bytes.set(wrappedSecret.subarray(0, size));
    expect(codeOf(() => derive(bytes))).toBe(failed);
  });

  it('is no key material and no record, and neither is one', () => {
    const materialId = new Uint8Array(32);
    expect(codeOf(() => hsm.kmsKeyOpen(root, 0, storeId, materialId, wrappedSecret))).toBe(failed);
    expect(codeOf(() => hsm.rootKeyUnseal(root, wrappedSecret, new Uint8Array(0)))).toBe(failed);
    const { wrappedKeyMaterial } = hsm.kmsKeyCreate(root, 0, storeId);
    expect(codeOf(() => derive(wrappedKeyMaterial))).toBe(failed);
    const label = Buffer.from(`keystead/access-key/v1\0${id}`);
    expect(codeOf(() => derive(hsm.rootKeySeal(root, new Uint8Array(40), label)))).toBe(failed);
  });
});

describe('a signature', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const own = derive(hsm.accessKeyWrap(root, id, new Uint8Array(Buffer.from(secret))));
  const signed = (text: string) => sign(signingKey(secret, '20260102', 'us-east-1', 'kms'), text);

  it.each(['', 'a', 'a\0b', 'é€😀', 'x'.repeat(1024), `${'x'.repeat(1021)}€`])(
    'is of the whole text and its UTF-8',
    (text) => {
      expect(hsm.signingKeyVerify(own, text, signed(text))).toBe(true);
      expect(hsm.signingKeyVerify(own, `${text}x`, signed(text))).toBe(false);
      expect(hsm.signingKeyVerify(own, text.slice(1), signed(text))).toBe(text === '');
    },
  );

  it.each(['x'.repeat(1025), `${'x'.repeat(1022)}€`, `${'x'.repeat(1021)}😀`, 'x'.repeat(100_000)])(
    'is of no text that is longer than 1,024 bytes',
    (text) => {
      expect(hsm.signingKeyVerify(own, text, signed(text))).toBe(false);
      for (const length of [1020, 1024, 1025, 1028])
        expect(hsm.signingKeyVerify(own, text, signed(text.slice(0, length)))).toBe(false);
    },
  );
});
