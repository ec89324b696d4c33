// Boxes: DataKey against node:crypto, libsodium and @noble/ciphers doing the same.

import crypto from 'node:crypto';
import { boxOverheadBytes, DataKey } from 'keystead';
import { measure } from './measure.mjs';
import { opensslRate } from './openssl_speed.mjs';
import * as noble from './peers/noble.mjs';
import * as nodeCrypto from './peers/node_crypto.mjs';
import * as sodium from './peers/sodium.mjs';

const keystead = 'keystead';
const peers = { 'node:crypto': nodeCrypto, 'sodium-native': sodium, '@noble/ciphers': noble };

/** @returns rows: what was measured, against whom, the ratio of the rates, the least it should be */
export async function benchDataKey() {
  const dataKey = DataKey.generate();
  try {
    return [
      ...(await encryptInto(dataKey, 32, 12)),
      ...(await encryptInto(dataKey, 1024, 12)),
      ...(await encrypt(dataKey, 1024, 8)),
      ...(await encryptIntoLarge(dataKey, 1024 * 1024, 0.85)),
    ];
  } finally {
    dataKey.dispose();
  }
}

async function encryptInto(dataKey, size, target) {
  const what = `encryptInto ${size} B`;
  const { plaintext, aad, key } = inputs(size);
  const out = Buffer.alloc(size + boxOverheadBytes);
  const rates = await measure(what, [
    { label: keystead, run: () => dataKey.encryptInto(plaintext, out, aad) },
    ...Object.entries(peers).map(([label, peer]) => ({
      label,
      run: () => peer.encryptInto(key, plaintext, out, aad),
    })),
  ]);
  return Object.keys(peers).map((against) =>
    row(what, rates, against, against === 'node:crypto' ? target : undefined),
  );
}

async function encrypt(dataKey, size, target) {
  const what = `encrypt ${size} B`;
  const { plaintext, aad, key } = inputs(size);
  const rates = await measure(what, [
    { label: keystead, run: () => dataKey.encrypt(plaintext, aad) },
    { label: 'node:crypto', run: () => nodeCrypto.encrypt(key, plaintext, aad) },
  ]);
  return [row(what, rates, 'node:crypto', target)];
}

async function encryptIntoLarge(dataKey, size, target) {
  const against = 'openssl speed';
  const rows = await encryptInto(dataKey, size, undefined);
  const rates = new Map([
    [keystead, rows[0].rate],
    [against, await opensslRate(size)],
  ]);
  return [...rows, row(rows[0].what, rates, against, target)];
}

function inputs(size) {
  return {
    plaintext: crypto.randomBytes(size),
    aad: crypto.randomBytes(16),
    key: crypto.randomBytes(32),
  };
}

function row(what, rates, against, target) {
  const rate = rates.get(keystead);
  return { what, rate, against, peerRate: rates.get(against), target };
}
