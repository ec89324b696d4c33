// Children that hold keys, and the needles of everything secret that they hold.

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unhex } from '../../reference/bytes.js';
import { deriveBlobKeys, unwrap } from '../../reference/ciphertext_blob.js';
import { unwrapKeyMaterial } from '../../reference/key_material.js';
import { deriveKeys, referenceSuite } from '../../reference/message_suite.js';
import { deriveFromRootKey } from '../../reference/root_key.js';
import { deriveXaes } from '../../reference/xaes.js';
import type { Answer, KeyHolder } from './key_holder.js';
import { aesKey, pieces } from './needles.js';
import type { Needle } from './secret_scanner.js';

const nonceBytes = 24;
const storeId = new Uint8Array(16).fill(1);
const keyId = { kind: 0, bytes: new Uint8Array(16).fill(2) };
const noContext = new Uint8Array();

/** The keys of everything encrypted under `key`: boxes, and messages of the AWS Encryption SDK. */
function messageKeys(key: Uint8Array, { nonces = [], messageIds = [] }: Answer): Needle[] {
  const boxes = nonces.map((nonce) => deriveXaes(key, unhex(nonce)).Kx);
  const ids = messageIds.map(unhex);
  const messages = ids.map((id) => deriveKeys(referenceSuite(0x0478), key, id).key);
  const extracted = ids.map((id) => createHmac('sha512', id).update(key).digest());
  return [
    ...[...boxes, ...messages].flatMap((each) => aesKey('message key', each)),
    ...extracted.flatMap((each) => pieces('message extracted key', new Uint8Array(each))),
  ];
}

function dataKeyNeedles(key: Uint8Array, answer: Answer): Needle[] {
  return [...aesKey('data key', key), ...messageKeys(key, answer)];
}

/** A data key made inside and used in every way. */
export async function holdGeneratedKey(holder: KeyHolder): Promise<Needle[]> {
  const generated = await holder.run('generate');
  const key = await holder.takeKey();
  return [...dataKeyNeedles(key, generated), ...messageKeys(key, await holder.run('use'))];
}

/** A data key, and a process that died right after it was used on so much. */
export async function holdKeyAndAbort(holder: KeyHolder, sizeBytes: number): Promise<Needle[]> {
  const generated = await holder.run('generate');
  const key = await holder.takeKey();
  const ended = once(holder.child, 'exit');
  const used = await holder.run(`abort ${sizeBytes}`);
  await ended;
  return [...dataKeyNeedles(key, generated), ...messageKeys(key, used)];
}

/** A data key that came from outside, wiped on import. */
export async function holdImportedKey(holder: KeyHolder): Promise<Needle[]> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  holder.giveSecret(key);
  const imported = await holder.run('import');
  return [...dataKeyNeedles(key, imported), ...messageKeys(key, await holder.run('use'))];
}

/** A root key, a KMS key and wrapped data keys. */
export async function holdKmsKey(holder: KeyHolder): Promise<Needle[]> {
  const rootKeyFile = path.join(holder.folder, 'root.key');
  const answer = await holder.run(`kms ${rootKeyFile}`);
  const root = new Uint8Array(readFileSync(rootKeyFile));
  const wrapKey = deriveFromRootKey(root, storeId, 'wrap');
  const storeKey = deriveFromRootKey(root, storeId, 'store');
  const wrapped = unhex(answer.wrappedKeyMaterial ?? '');
  const materialId = unhex(answer.keyMaterialId ?? '');
  const material = unwrapKeyMaterial(wrapKey, wrapped, keyId, materialId);
  return [
    ...pieces('root key', root),
    ...aesKey('wrap key', wrapKey),
    ...aesKey('material wrapping key', deriveXaes(wrapKey, wrapped.subarray(0, nonceBytes)).Kx),
    ...aesKey('store key', storeKey),
    ...aesKey('record key', deriveXaes(storeKey, unhex(answer.sealedNonce ?? '')).Kx),
    ...pieces('key material', material),
    ...(answer.blobs ?? []).flatMap((blob) => blobNeedles(material, unhex(blob))),
  ];
}

function blobNeedles(material: Uint8Array, blob: Uint8Array): Needle[] {
  const { key } = deriveBlobKeys(material, blob.subarray(0, 64), noContext);
  const dataKey = unwrap(material, keyId, blob, noContext);
  return [...aesKey('blob key', key), ...aesKey('wrapped data key', dataKey)];
}

/** A passphrase that a root key was derived from. */
export async function holdPassphrase(holder: KeyHolder): Promise<Needle[]> {
  const passphrase = crypto.getRandomValues(new Uint8Array(48));
  holder.giveSecret(passphrase);
  await holder.run(`passphrase ${passphrase.length}`);
  return pieces('passphrase', passphrase);
}

/** All of the above in one child. */
export async function holdEverything(holder: KeyHolder): Promise<Needle[]> {
  return [
    ...(await holdGeneratedKey(holder)),
    ...(await holdImportedKey(holder)),
    ...(await holdKmsKey(holder)),
    ...(await holdPassphrase(holder)),
  ];
}
