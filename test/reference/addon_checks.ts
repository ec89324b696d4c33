// What the addon must do to agree with the reference: each check reads what the other side wrote, both ways. They know no
// test runner; a cross-test runs every one against the built addon.

import assert from 'node:assert/strict';
import type { Addon, KmsKeyHandle, RootKeyHandle } from '../../lib/hsm/addon.js';
import { hmac, signingKey, unwrapSecret } from './access_key.js';
import { hex, unhex } from './bytes.js';
import { unwrap, wrapWithRandomness } from './ciphertext_blob.js';
import {
  type BlobVector,
  type KeyMaterialVector,
  loadFormatVectors,
  named,
  type PassphraseVector,
} from './format_vectors.js';
import { type KeyId, keyMaterialId, unwrapKeyMaterial } from './key_material.js';
import { deriveFromRootKey, passphraseBytes } from './root_key.js';
import { sealWithNonce, unseal } from './sealed.js';
import { storeRecordAad } from './store_record.js';

export interface AddonCheck {
  readonly name: string;
  run(addon: Addon): void | Promise<void>;
}

const vectors = loadFormatVectors();
const storeId = unhex(vectors.rootKey.storeId);
const storeKey = unhex(vectors.rootKey.storeKey);
const wrappingKey = unhex(vectors.rootKey.wrappingKey);
const boxOverheadBytes = 40;
const blobOverheadBytes = 112;
const recordHeaderBytes = 10;
/** What the addon works on at a time, off the main thread. */
const sliceBytes = 4 * 1024 * 1024;

export const addonChecks: readonly AddonCheck[] = [
  {
    name: 'opens the key materials and blobs of the vectors',
    run(addon) {
      for (const blob of vectors.blobs) {
        const key = openKey(addon, materialOf(blob));
        const opened = addon.kmsKeyDecrypt(key, unhex(blob.blob), contextOf(blob));
        assertBytes(opened, unhex(blob.plaintext));
      }
    },
  },
  {
    name: 'refuses a blob of the vectors after any one bit of it was changed',
    run(addon) {
      const [blob] = vectors.blobs;
      assert(blob);
      const key = openKey(addon, materialOf(blob));
      for (const changed of everyBitChanged(unhex(blob.blob))) {
        refuses(() => addon.kmsKeyDecrypt(key, changed, contextOf(blob)));
      }
    },
  },
  {
    name: 'refuses a blob of the vectors under every other context and key',
    run(addon) {
      for (const blob of vectors.blobs) refusesElsewhere(addon, blob);
    },
  },
  {
    name: 'writes blobs that the reference opens, of every size around the limits',
    run(addon) {
      for (const material of vectors.keyMaterials) {
        const key = openKey(addon, material);
        for (const size of [1, 15, 16, 17, 32, 4095, 4096]) {
          for (const context of contexts()) roundTripBlob(addon, key, material, size, context);
        }
      }
    },
  },
  {
    name: 'opens blobs that the reference wrote, of every size around the limits',
    run(addon) {
      for (const material of vectors.keyMaterials) {
        const key = openKey(addon, material);
        for (const size of [1, 15, 16, 17, 32, 4095, 4096]) {
          const plaintext = filled(size);
          const randomness = { salt: filled(16), iv: filled(12) };
          const secret = unhex(material.keyMaterial);
          const [context = new Uint8Array()] = contexts().slice(1);
          const blob = wrapWithRandomness(
            secret,
            keyIdOf(material),
            plaintext,
            context,
            randomness,
          );
          assertBytes(addon.kmsKeyDecrypt(key, blob, context), plaintext);
        }
      }
    },
  },
  {
    name: 'makes key material that the reference unwraps and uses',
    run(addon) {
      for (const { keyIdKind, keyId } of vectors.keyMaterials) {
        const id = { kind: keyIdKind, bytes: unhex(keyId) };
        const made = addon.kmsKeyCreate(openRoot(addon), id.kind, id.bytes);
        const material = unwrapKeyMaterial(
          wrappingKey,
          made.wrappedKeyMaterial,
          id,
          made.keyMaterialId,
        );
        assertBytes(made.keyMaterialId, keyMaterialId(material, id));
        const blob = addon.kmsKeyEncrypt(made.handle, filled(32), undefined);
        assertBytes(unwrap(material, id, blob, new Uint8Array()), filled(32));
      }
    },
  },
  {
    name: 'refuses wrapped key material after any one bit of it was changed',
    run(addon) {
      const [material] = vectors.keyMaterials;
      assert(material);
      const root = openRoot(addon);
      const id = keyIdOf(material);
      const materialId = unhex(material.keyMaterialId);
      for (const changed of everyBitChanged(unhex(material.wrappedKeyMaterial))) {
        refuses(() => addon.kmsKeyOpen(root, id.kind, id.bytes, materialId, changed));
      }
    },
  },
  {
    name: 'wraps data keys that the reference unwraps to the same key',
    run(addon) {
      const material = named(vectors.keyMaterials, 'UUID key');
      const key = openKey(addon, material);
      const [context = new Uint8Array()] = contexts().slice(1);
      const secret = unhex(material.keyMaterial);
      const blob = new Uint8Array(32 + blobOverheadBytes);
      const plaintext = addon.kmsKeyGenerateDataKey(key, 32, blob, context);
      assertBytes(unwrap(secret, keyIdOf(material), blob, context), plaintext);
      const dataKey = addon.kmsKeyNewDataKey(key, blob, context);
      const box = addon.dataKeyEncrypt(dataKey, filled(100), filled(5));
      assertBytes(
        unseal(unwrap(secret, keyIdOf(material), blob, context), box, filled(5)),
        filled(100),
      );
    },
  },
  {
    name: 'opens the boxes of the vectors under the data key of the first blob',
    run(addon) {
      const blob = named(vectors.blobs, 'data key');
      const key = openKey(addon, materialOf(blob));
      const dataKey = addon.kmsKeyOpenDataKey(key, unhex(blob.blob), contextOf(blob));
      for (const { box, aad, plaintext } of vectors.boxes) {
        assertBytes(addon.dataKeyDecrypt(dataKey, unhex(box), unhex(aad)), unhex(plaintext));
      }
    },
  },
  {
    name: 'refuses a box of the vectors after any one bit of it was changed',
    run(addon) {
      for (const vector of vectors.boxes) {
        const dataKey = addon.dataKeyImport(unhex(vector.dataKey), true);
        for (const changed of everyBitChanged(unhex(vector.box))) {
          refuses(() => addon.dataKeyDecrypt(dataKey, changed, unhex(vector.aad)));
        }
      }
    },
  },
  {
    name: 'reads and writes boxes as the reference does, of every size around the block',
    run(addon) {
      const secret = filled(32);
      const dataKey = addon.dataKeyImport(secret.slice(), false);
      for (const size of [0, 1, 15, 16, 17, 255, 256, 65_535, 65_536, 65_537]) {
        for (const aad of [new Uint8Array(), filled(1), filled(16), filled(1000)]) {
          const theirs = addon.dataKeyEncrypt(dataKey, filled(size), aad);
          assert.equal(theirs.length, size + boxOverheadBytes);
          assertBytes(unseal(secret, theirs, aad), filled(size));
          const ours = sealWithNonce(secret, filled(24), filled(size), aad);
          assertBytes(addon.dataKeyDecrypt(dataKey, ours, aad), filled(size));
        }
      }
    },
  },
  {
    name: 'reads and writes boxes on the thread pool as the reference does, of every size around a slice',
    async run(addon) {
      const secret = filled(32);
      const dataKey = addon.dataKeyImport(secret.slice(), false);
      for (const size of [
        0,
        1,
        65_536,
        sliceBytes - 1,
        sliceBytes,
        sliceBytes + 1,
        2 * sliceBytes + 17,
      ]) {
        const theirs = await addon.dataKeyEncryptAsync(dataKey, filled(size), filled(20));
        assertBytes(unseal(secret, theirs, filled(20)), filled(size));
        const ours = sealWithNonce(secret, filled(24), filled(size), filled(20));
        assertBytes(await addon.dataKeyDecryptAsync(dataKey, ours, filled(20)), filled(size));
        const changed = ours.map((value, i) => (i === ours.length - 17 ? value ^ 1 : value));
        const refusal = { code: 'ERR_DECRYPTION_FAILED' };
        await assert.rejects(addon.dataKeyDecryptAsync(dataKey, changed, filled(20)), refusal);
      }
    },
  },
  {
    name: 'seals and opens store records as the reference does',
    run(addon) {
      const root = openRoot(addon);
      for (const record of vectors.storeRecords) {
        const aad = unhex(record.aad);
        const box = unhex(record.value).subarray(recordHeaderBytes);
        const contents = new TextEncoder().encode(record.contents);
        assertBytes(addon.rootKeyUnseal(root, box, aad), contents);
        assertBytes(unseal(storeKey, addon.rootKeySeal(root, contents, aad), aad), contents);
      }
    },
  },
  {
    name: 'checks the signatures of the vectors with the wrapped secrets of the vectors',
    run(addon) {
      for (const vector of vectors.accessKeys) {
        const { accessKeyId, date, region, service } = vector;
        const wrapped = unhex(vector.wrappedSecret);
        const derive = (id: string, bytes: Uint8Array) =>
          addon.signingKeyDerive(openRoot(addon), id, bytes, date, region, service);
        const key = derive(accessKeyId, wrapped);
        const { stringToSign, signature } = vector;
        assert.equal(addon.signingKeyVerify(key, stringToSign, signature), true);
        for (const changed of everyBitChanged(unhex(signature)))
          assert.equal(addon.signingKeyVerify(key, stringToSign, hex(changed)), false);
        for (const changed of everyBitChanged(wrapped)) refuses(() => derive(accessKeyId, changed));
        refuses(() => derive(`${accessKeyId}A`, wrapped));
      }
    },
  },
  {
    name: 'makes and wraps secrets that the reference unwraps and signs with',
    run(addon) {
      const root = openRoot(addon);
      const accessKeyKey = unhex(vectors.rootKey.accessKeyKey);
      const scope = { date: '20260102', region: 'eu-central-1', service: 'kms' };
      const id = 'AKIA2345672345672345';
      const made = addon.accessKeyCreate(root, id);
      assertBytes(unwrapSecret(accessKeyKey, id, made.wrappedSecret), made.secretAccessKey);
      const { date, region, service } = scope;
      const key = addon.signingKeyDerive(root, id, made.wrappedSecret, date, region, service);
      const signature = hmac(signingKey(made.secretAccessKey, scope), 'text');
      assert.equal(addon.signingKeyVerify(key, 'text', hex(signature)), true);
      for (const size of [1, 40, 128]) {
        const wrapped = addon.accessKeyWrap(root, id, filled(size));
        assertBytes(unwrapSecret(accessKeyKey, id, wrapped), filled(size));
      }
      const other = addon.rootKeyFromBytes(filled(32), storeId);
      const rewrapped = addon.accessKeyRewrap(root, other, id, made.wrappedSecret);
      const otherKey = deriveFromRootKey(filled(32), storeId, 'access-key');
      assertBytes(unwrapSecret(otherKey, id, rewrapped), made.secretAccessKey);
    },
  },
  {
    name: 'derives the root keys of the passphrases of the vectors',
    run(addon) {
      for (const vector of vectors.passphrases) {
        const root = openPassphrase(addon, vector);
        const aad = storeRecordAad({ storeId, path: 'p' }, 1n);
        const sealed = addon.rootKeySeal(root, filled(20), aad);
        const expected = deriveFromRootKey(unhex(vector.rootKey), storeId, 'store');
        assertBytes(unseal(expected, sealed, aad), filled(20));
      }
    },
  },
];

function openRoot(addon: Addon): RootKeyHandle {
  return addon.rootKeyFromBytes(unhex(vectors.rootKey.rootKey), storeId);
}

function openPassphrase(addon: Addon, vector: PassphraseVector): RootKeyHandle {
  const { memoryKiB, passes, lanes } = vector;
  const passphrase = passphraseBytes(vector.passphrase);
  const salt = unhex(vector.salt);
  return addon.rootKeyFromPassphrase(passphrase, salt, memoryKiB, passes, lanes, storeId);
}

function openKey(addon: Addon, material: KeyMaterialVector): KmsKeyHandle {
  const { keyIdKind, keyId, keyMaterialId: id, wrappedKeyMaterial } = material;
  const root = openRoot(addon);
  return addon.kmsKeyOpen(root, keyIdKind, unhex(keyId), unhex(id), unhex(wrappedKeyMaterial));
}

function refusesElsewhere(addon: Addon, blob: BlobVector): void {
  const bytes = unhex(blob.blob);
  for (const { name, serialized } of vectors.encryptionContexts) {
    if (name === blob.encryptionContext) continue;
    const key = openKey(addon, materialOf(blob));
    refuses(() => addon.kmsKeyDecrypt(key, bytes, unhex(serialized)));
  }
  for (const material of vectors.keyMaterials) {
    if (material.name === blob.keyMaterial) continue;
    const key = openKey(addon, material);
    refuses(() => addon.kmsKeyDecrypt(key, bytes, contextOf(blob)));
  }
}

function roundTripBlob(
  addon: Addon,
  key: KmsKeyHandle,
  material: KeyMaterialVector,
  size: number,
  context: Uint8Array,
): void {
  const blob = addon.kmsKeyEncrypt(key, filled(size), context);
  assert.equal(blob.length, size + blobOverheadBytes);
  const opened = unwrap(unhex(material.keyMaterial), keyIdOf(material), blob, context);
  assertBytes(opened, filled(size));
}

function contexts(): readonly Uint8Array[] {
  return vectors.encryptionContexts.map(({ serialized }) => unhex(serialized));
}

function materialOf(blob: BlobVector): KeyMaterialVector {
  return named(vectors.keyMaterials, blob.keyMaterial);
}

function contextOf(blob: BlobVector): Uint8Array {
  return unhex(named(vectors.encryptionContexts, blob.encryptionContext).serialized);
}

function keyIdOf({ keyIdKind, keyId }: KeyMaterialVector): KeyId {
  return { kind: keyIdKind, bytes: unhex(keyId) };
}

function filled(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i += 1) bytes[i] = i * 7 + size;
  return bytes;
}

function assertBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(Buffer.compare(actual, expected), 0, 'the byte strings differ');
}

/** `bytes` once for each of its bits, with that bit changed. */
export function* everyBitChanged(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    yield bytes.map((value, i) => (i === bit >> 3 ? value ^ (1 << (bit & 7)) : value));
  }
}

function refuses(call: () => unknown): void {
  assert.throws(call, { code: 'ERR_DECRYPTION_FAILED' });
}
