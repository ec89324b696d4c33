// The core reads and writes docs/format.md as the fixtures and the reference implementation have
// it.

import { describe, expect, it } from 'vitest';
import { concat, hex, unhex } from '../reference/bytes.js';
import { unwrap } from '../reference/ciphertext_blob.js';
import { type BlobVector, loadFormatVectors, named } from '../reference/format_vectors.js';
import { unwrapKeyMaterial } from '../reference/key_material.js';
import { passphraseBytes } from '../reference/root_key.js';
import { decryptionFailed, number, runCore } from './support/core_driver.js';
import { expectAnswers } from './support/expect_answers.js';

const vectors = loadFormatVectors();
const { rootKey: root } = vectors;

function kmsKeyFields(name: string): string[] {
  const key = named(vectors.keyMaterials, name);
  const kind = key.keyIdKind.toString(16).padStart(2, '0');
  return [root.rootKey, root.storeId, kind, key.keyId, key.keyMaterialId, key.wrappedKeyMaterial];
}

function contextOf(blob: BlobVector): string {
  return named(vectors.encryptionContexts, blob.encryptionContext).serialized;
}

function answer(operation: string, fields: readonly string[]): string {
  const [got] = runCore([{ operation, fields }]);
  if (got?.ok === undefined) throw new Error(`${operation}: ${got?.error}`);
  return got.ok;
}

describe('the core reads the fixtures', () => {
  it('root key', () => {
    expect(answer('root_key_derive', [root.rootKey, root.storeId])).toBe(
      root.wrappingKey + root.storeKey + root.accessKeyKey,
    );
  });
  it.each(vectors.passphrases)('passphrase: $passphrase', (vector) => {
    const cost = [vector.memoryKiB, vector.passes, vector.lanes].map(number);
    const passphrase = hex(passphraseBytes(vector.passphrase));
    expect(answer('argon2id', [passphrase, vector.salt, '', '', ...cost, number(32)])).toBe(
      vector.rootKey,
    );
  });
  it.each(vectors.blobs)('ciphertext blob: $name', (blob) => {
    const fields = [...kmsKeyFields(blob.keyMaterial), blob.blob, contextOf(blob)];
    expect(answer('kms_key_unwrap', fields)).toBe(blob.plaintext);
  });
  it.each(vectors.boxes)('box: $name', (box) => {
    const fields = [box.dataKey, hex(Buffer.from(box.aad, 'hex')), box.box];
    expect(answer('box_open', fields)).toBe(box.plaintext);
  });
});

describe('the reference implementation reads what the core writes', () => {
  it.each(vectors.blobs)('ciphertext blob: $name', (vector) => {
    const key = named(vectors.keyMaterials, vector.keyMaterial);
    const fields = [...kmsKeyFields(vector.keyMaterial), vector.plaintext, contextOf(vector)];
    const blob = unhex(answer('kms_key_wrap', fields));
    const keyId = { kind: key.keyIdKind, bytes: unhex(key.keyId) };
    const plaintext = unwrap(unhex(key.keyMaterial), keyId, blob, unhex(contextOf(vector)));
    expect(hex(plaintext)).toBe(vector.plaintext);
  });
  it('fresh key material', () => {
    const keyId = { kind: 1, bytes: unhex('00112233445566778899aabbccddeeff') };
    const made = unhex(
      answer('kms_key_create', [root.rootKey, root.storeId, '01', hex(keyId.bytes)]),
    );
    const [materialId, wrapped] = [made.slice(0, 32), made.slice(32)];
    const material = unwrapKeyMaterial(unhex(root.wrappingKey), wrapped, keyId, materialId);
    expect(material).toHaveLength(32);
  });
});

describe('the core refuses', () => {
  it.each(vectors.blobs)('another key, context or store: $name', (blob) => {
    const [own, context] = [kmsKeyFields(blob.keyMaterial), contextOf(blob)];
    const other = vectors.keyMaterials.find(({ name }) => name !== blob.keyMaterial);
    const otherStore = own.with(1, '00'.repeat(16));
    const cases = [
      [...kmsKeyFields(other?.name ?? ''), blob.blob, context],
      [...own, blob.blob, `${context}00`],
      [...otherStore, blob.blob, context],
      [...own, hex(concat(unhex(blob.blob), Uint8Array.of(0))), context],
    ];
    expectAnswers(
      cases.map((fields, i) => ({
        name: `case ${i}`,
        operation: 'kms_key_unwrap',
        fields,
        expected: decryptionFailed,
      })),
    );
  });
});
