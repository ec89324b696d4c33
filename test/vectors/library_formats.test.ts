// The parts of the formats that the library itself writes or reads, against the vectors and the reference.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectCiphertextBlob } from '../../lib/envelope/ciphertext_blob.js';
import { serializeEncryptionContext } from '../../lib/envelope/encryption_context.js';
import { addon } from '../../lib/hsm/index.js';
import { openSession } from '../../lib/iam/session_token.js';
import { formatKeyId, parseKeyId } from '../../lib/key_id.js';
import { MemoryStore } from '../../lib/store/memory.js';
import { SealedStore } from '../../lib/store/sealed_store.js';
import { hex, unhex } from '../reference/bytes.js';
import { serializeEncryptionContext as serializeByReference } from '../reference/encryption_context.js';
import { loadFormatVectors, named } from '../reference/format_vectors.js';
import { sealWithNonce, unseal } from '../reference/sealed.js';

const vectors = loadFormatVectors();

describe('encryption context', () => {
  it.each(vectors.encryptionContexts)('serializes the vector: $name', ({ pairs, serialized }) => {
    const bytes = serializeEncryptionContext(Object.fromEntries(pairs));
    expect(bytes === undefined ? '' : hex(bytes)).toBe(serialized);
  });

  it('serializes every context as the reference does, in whatever order it is given', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const contexts = fc.uniqueArray(fc.tuple(text, text), {
      minLength: 1,
      selector: ([key]) => key,
    });
    fc.assert(
      fc.property(contexts, (pairs) => {
        const context = Object.assign(Object.create(null), Object.fromEntries(pairs));
        const bytes = serializeEncryptionContext(context) ?? new Uint8Array();
        expect(hex(bytes)).toBe(hex(serializeByReference(Object.entries(context))));
      }),
    );
  });
});

describe('ciphertext blob', () => {
  it.each(vectors.blobs)('tells what the vector claims: $name', (vector) => {
    const material = named(vectors.keyMaterials, vector.keyMaterial);
    expect(inspectCiphertextBlob(unhex(vector.blob))).toMatchObject({
      format: 0x4b,
      wrapSuite: 1,
      keyId: material.keyIdText,
      keyMaterialIdPrefix: material.keyMaterialId.slice(0, 32),
      plaintextSizeBytes: vector.plaintext.length / 2,
    });
  });
  it.each(vectors.keyMaterials)('key id as text and as bytes: $name', (vector) => {
    const { keyIdText, keyIdKind, keyId } = vector;
    expect(parseKeyId(keyIdText)).toEqual({ kind: keyIdKind, bytes: unhex(keyId) });
    expect(formatKeyId(keyIdKind as 0 | 1, unhex(keyId))).toBe(keyIdText);
  });
});

describe('store record', () => {
  const storeId = unhex(vectors.rootKey.storeId);
  const storeKey = unhex(vectors.rootKey.storeKey);
  const sealWith = (nonce: Uint8Array) => ({
    seal: (contents: Uint8Array, aad: Uint8Array) => sealWithNonce(storeKey, nonce, contents, aad),
    unseal: (box: Uint8Array, aad: Uint8Array) => unseal(storeKey, box, aad),
  });

  it.each(vectors.storeRecords)('reads the vector: $name', async (vector) => {
    const store = new MemoryStore();
    const value = unhex(vector.value);
    await store.commit([{ path: vector.path, before: undefined, after: value }]);
    const sealed = new SealedStore(store, sealWith(unhex(vector.nonce)), storeId);
    const record = await sealed.get(vector.path);
    expect(record?.version).toBe(BigInt(vector.recordVersion));
    expect(new TextDecoder().decode(record?.value)).toBe(vector.contents);
  });

  it('writes the vector of a first version', async () => {
    const vector = named(vectors.storeRecords, 'first version');
    const store = new MemoryStore();
    const sealed = new SealedStore(store, sealWith(unhex(vector.nonce)), storeId);
    const after = new TextEncoder().encode(vector.contents);
    await sealed.commit([{ path: vector.path, before: undefined, after }]);
    expect(hex((await store.get(vector.path)) ?? new Uint8Array())).toBe(vector.value);
  });
});

describe('session token', () => {
  it.each(vectors.sessionTokens)('reads the vector: $name', ({ accessKeyId, contents, token }) => {
    const { storeId, rootKey } = vectors.rootKey;
    const hsm = addon();
    const handle = hsm.rootKeyFromBytes(unhex(rootKey), unhex(storeId));
    const text = Buffer.from(token, 'hex').toString('base64');
    const session = openSession({ hsm, rootKey: { handle } }, accessKeyId, text);
    expect(session).toEqual(JSON.parse(contents));
  });
});
