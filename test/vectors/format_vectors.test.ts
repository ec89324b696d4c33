// docs/format.md, test/fixtures/format_vectors.json and the reference implementation say the same.

import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openToken, unwrapSecret } from '../reference/access_key.js';
import { everyBitChanged } from '../reference/addon_checks.js';
import { concat, hex, unhex } from '../reference/bytes.js';
import { readBlobHeader, unwrap } from '../reference/ciphertext_blob.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { type BlobVector, loadFormatVectors, named } from '../reference/format_vectors.js';
import { unwrapKeyMaterial } from '../reference/key_material.js';
import * as recompute from '../reference/recompute.js';
import { Rejected } from '../reference/rejected.js';
import { passphraseBytes } from '../reference/root_key.js';
import { unseal } from '../reference/sealed.js';
import { openRecord } from '../reference/store_record.js';

const vectors = loadFormatVectors();
const page = readFileSync(new URL('../../docs/format.md', import.meta.url), 'utf8');

function openBlob(vector: BlobVector, blob: Uint8Array): Uint8Array {
  const key = named(vectors.keyMaterials, vector.keyMaterial);
  const context = named(vectors.encryptionContexts, vector.encryptionContext).serialized;
  const keyId = { kind: key.keyIdKind, bytes: unhex(key.keyId) };
  return unwrap(unhex(key.keyMaterial), keyId, blob, unhex(context));
}

describe('the reference implementation computes every value of the fixtures', () => {
  it('root key', () => {
    expect(recompute.recomputeRootKey(vectors.rootKey)).toEqual(vectors.rootKey);
  });
  it.each(vectors.encryptionContexts)('encryption context: $name', (vector) => {
    expect(recompute.recomputeEncryptionContext(vector)).toEqual(vector);
  });
  it.each(vectors.keyMaterials)('key material: $name', (vector) => {
    expect(recompute.recomputeKeyMaterial(vector, vectors.rootKey)).toEqual(vector);
  });
  it.each(vectors.blobs)('ciphertext blob: $name', (vector) => {
    expect(recompute.recomputeBlob(vector, vectors)).toEqual(vector);
  });
  it.each(vectors.boxes)('box: $name', (vector) => {
    expect(recompute.recomputeBox(vector)).toEqual(vector);
  });
  it.each(vectors.storeRecords)('store record: $name', (vector) => {
    expect(recompute.recomputeStoreRecord(vector, vectors.rootKey)).toEqual(vector);
  });
  it.each(vectors.accessKeys)('access key: $name', (vector) => {
    expect(recompute.recomputeAccessKey(vector, vectors.rootKey)).toEqual(vector);
  });
  it.each(vectors.sessionTokens)('session token: $name', (vector) => {
    expect(recompute.recomputeSessionToken(vector, vectors.rootKey)).toEqual(vector);
  });
  // node:crypto has Argon2 from Node 24.7 on.
  it.runIf('argon2Sync' in crypto).each(vectors.passphrases)(
    'passphrase: $memoryKiB KiB',
    (vector) => {
      expect(argon2id(vector)).toBe(vector.rootKey);
    },
  );
});

describe('the reference implementation reads what the fixtures hold', () => {
  it.each(vectors.keyMaterials)('key material: $name', (vector) => {
    const keyId = { kind: vector.keyIdKind, bytes: unhex(vector.keyId) };
    const wrapped = unhex(vector.wrappedKeyMaterial);
    const id = unhex(vector.keyMaterialId);
    const material = unwrapKeyMaterial(unhex(vectors.rootKey.wrappingKey), wrapped, keyId, id);
    expect(hex(material)).toBe(vector.keyMaterial);
  });
  it.each(vectors.blobs)('ciphertext blob: $name', (vector) => {
    expect(hex(openBlob(vector, unhex(vector.blob)))).toBe(vector.plaintext);
  });
  it.each(vectors.boxes)('box: $name', ({ dataKey, box, aad, plaintext }) => {
    expect(hex(unseal(unhex(dataKey), unhex(box), unhex(aad)))).toBe(plaintext);
  });
  it.each(vectors.storeRecords)(
    'store record: $name',
    ({ path, value, contents, recordVersion }) => {
      const place = { storeId: unhex(vectors.rootKey.storeId), path };
      const opened = openRecord(unhex(vectors.rootKey.storeKey), place, unhex(value));
      expect(new TextDecoder().decode(opened.contents)).toBe(contents);
      expect(opened.version).toBe(BigInt(recordVersion));
    },
  );
});

describe('the reference implementation refuses', () => {
  it.each(vectors.blobs)('every changed bit of a blob: $name', (vector) => {
    for (const changed of everyBitChanged(unhex(vector.blob))) {
      expect(() => openBlob(vector, changed)).toThrow(Rejected);
    }
  });
  it.each(vectors.blobs)('a blob that is longer or shorter: $name', (vector) => {
    const blob = unhex(vector.blob);
    expect(() => openBlob(vector, concat(blob, Uint8Array.of(0)))).toThrow(Rejected);
    for (let size = 0; size < blob.length; size += 1) {
      expect(() => openBlob(vector, blob.subarray(0, size))).toThrow(Rejected);
    }
  });
  it('blobs outside the limits before anything else', () => {
    expect(() => readBlobHeader(new Uint8Array(112))).toThrow(Rejected);
    expect(() => readBlobHeader(new Uint8Array(4209))).toThrow(Rejected);
  });
  it.each(vectors.boxes)('every changed bit of a box: $name', ({ dataKey, box, aad }) => {
    for (const changed of everyBitChanged(unhex(box))) {
      expect(() => unseal(unhex(dataKey), changed, unhex(aad))).toThrow(Rejected);
    }
  });
  it.each(vectors.storeRecords)('every changed bit of a store record: $name', ({ path, value }) => {
    const place = { storeId: unhex(vectors.rootKey.storeId), path };
    for (const changed of everyBitChanged(unhex(value))) {
      expect(() => openRecord(unhex(vectors.rootKey.storeKey), place, changed)).toThrow(Rejected);
    }
  });
  it.each(vectors.accessKeys)('every changed bit of a wrapped secret: $name', (vector) => {
    const key = unhex(vectors.rootKey.accessKeyKey);
    const { accessKeyId, wrappedSecret } = vector;
    for (const changed of everyBitChanged(unhex(wrappedSecret)))
      expect(() => unwrapSecret(key, accessKeyId, changed)).toThrow(Rejected);
    expect(() => unwrapSecret(key, `${accessKeyId}A`, unhex(wrappedSecret))).toThrow(Rejected);
  });
  it.each(vectors.sessionTokens)('every changed bit of a session token: $name', (vector) => {
    const key = unhex(vectors.rootKey.storeKey);
    const { accessKeyId, token } = vector;
    for (const changed of everyBitChanged(unhex(token)))
      expect(() => openToken(key, accessKeyId, changed)).toThrow(Rejected);
    expect(() => openToken(key, `${accessKeyId}A`, unhex(token))).toThrow(Rejected);
  });
  it('contexts with an unpaired surrogate, a repeated key, or more than 8,192 bytes', () => {
    const long = (size: number) => [['k', 'v'.repeat(size)]] as const;
    expect(() => serializeEncryptionContext([['\ud800', '']])).toThrow(URIError);
    expect(() => serializeEncryptionContext([['', '\udc00']])).toThrow(URIError);
    expect(() =>
      serializeEncryptionContext([
        ['a', '1'],
        ['a', '2'],
      ]),
    ).toThrow(RangeError);
    expect(serializeEncryptionContext(long(8185))).toHaveLength(8192);
    expect(() => serializeEncryptionContext(long(8186))).toThrow(RangeError);
  });
});

it('docs/format.md prints every value of the fixtures', () => {
  const digits = page.replace(/\s+/g, '');
  const { rootKey, passphrases, encryptionContexts, keyMaterials, blobs, boxes, storeRecords } =
    vectors;
  const rows = [rootKey, ...passphrases, ...encryptionContexts, ...keyMaterials, ...blobs];
  const { accessKeys, sessionTokens } = vectors;
  for (const row of [...rows, ...boxes, ...storeRecords, ...accessKeys, ...sessionTokens]) {
    const values = Object.values(row).filter((value) => /^[0-9a-f]{16,}$/.test(String(value)));
    for (const value of values) expect(digits).toContain(value);
  }
});

interface Argon2Parameters {
  readonly message: Uint8Array;
  readonly nonce: Uint8Array;
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly tagLength: number;
}
type Argon2Sync = (algorithm: 'argon2id', parameters: Argon2Parameters) => Buffer;

function argon2id(vector: (typeof vectors.passphrases)[number]): string {
  const { argon2Sync } = crypto as unknown as { readonly argon2Sync: Argon2Sync };
  const parameters = {
    message: passphraseBytes(vector.passphrase),
    nonce: unhex(vector.salt),
    memory: vector.memoryKiB,
    passes: vector.passes,
    parallelism: vector.lanes,
    tagLength: 32,
  };
  return argon2Sync('argon2id', parameters).toString('hex');
}
