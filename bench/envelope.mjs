// Messages against the AWS Encryption SDK for JavaScript with the same suite, frames and KMS
// client, and large ones against the cipher alone; streams against node:crypto's own. All over the KMS
// in process.

import crypto from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataKeyCache, Envelope, Kms } from 'keystead';
import { measure } from './measure.mjs';
import { opensslRate } from './openssl_speed.mjs';
import { encryptStream, toDecrypt } from './peers/cipher_stream.mjs';
import { sdkOver } from './peers/client_node.mjs';

const against = '@aws-crypto/client-node';
/** Where the result goes to memory that is used again, which the peer has no way to do. */
const intoOut = 'into `out`';
const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const frameLength = 64 * kibibyte;
const encryptionContext = { tenant: 'alice' };
/** Where a message takes microseconds, a trip through benny's asynchronous loop is many. */
const smallOperations = 100;

const cases = [
  {
    what: '1 KiB, cached data key',
    size: kibibyte,
    target: 50,
    cache: true,
    operations: smallOperations,
  },
  { what: '1 MiB', size: mebibyte, target: 20 },
  { what: '1 MiB, 2 threads', size: mebibyte, target: 20, threads: 2 },
  { what: '64 MiB', size: 64 * mebibyte, target: 10, cipher: true },
  { what: '64 MiB, 2 threads', size: 64 * mebibyte, target: 10, threads: 2, cipher: true },
];

/** @returns rows as benchDataKey */
export async function benchEnvelope() {
  const kms = await Kms.open({ store: 'memory' });
  try {
    const client = kms.client();
    const { KeyMetadata } = await client.createKey();
    const keyId = KeyMetadata.Arn;
    const rows = [];
    for (const one of cases) rows.push(...(await benchMessages(client, keyId, one)));
    rows.push(...(await benchStreams(client, keyId)));
    return rows;
  } finally {
    await kms.close();
  }
}

async function benchMessages(
  client,
  keyId,
  { what, size, target, cache, threads, operations = 1, cipher },
) {
  const ours = new Envelope({
    kms: client,
    keyId,
    frameLength,
    cache: cache ? new DataKeyCache({ maxAgeSeconds: 3600, maxMessages: 2 ** 32 }) : undefined,
  });
  const theirs = sdkOver(client, { keyId, frameLength, encryptionContext, cache });
  const plaintext = crypto.randomBytes(size);
  const message = await ours.encrypt(plaintext, { encryptionContext });
  const out = new Uint8Array(message.length).fill(1);
  const works = {
    encrypt: {
      keystead: () => ours.encrypt(plaintext, { encryptionContext, threads }),
      [intoOut]: () => ours.encrypt(plaintext, { encryptionContext, threads, out }),
      [against]: () => theirs.encrypt(plaintext),
    },
    decrypt: {
      keystead: () => ours.decrypt(message, { threads }),
      [intoOut]: () => ours.decrypt(message, { threads, out }),
      [against]: () => theirs.decrypt(message),
    },
  };
  const rows = [];
  for (const [name, work] of Object.entries(works)) {
    const label = `Envelope.${name} ${what}`;
    rows.push(...(await compare(label, work, { operations, target, against })));
  }
  if (cipher) rows.push(...(await againstCipher(rows.slice(0, 2), size)));
  return rows;
}

/** Rows of encrypting such messages in mebibytes, against the cipher that has nothing else to do. */
async function againstCipher(rows, size) {
  const sizeMib = size / mebibyte;
  const peerRate = sizeMib * (await opensslRate(size));
  return rows.map(({ what, rate }) => ({
    what: `${what}, MiB/s`,
    rate: rate * sizeMib,
    against: 'openssl speed, one thread (AES-256-GCM in place; no frames, no key)',
    peerRate,
  }));
}

async function benchStreams(client, keyId) {
  const envelope = new Envelope({ kms: client, keyId, frameLength });
  const chunk = crypto.randomBytes(mebibyte);
  const pieces = Array.from({ length: 64 }, () => chunk);
  const message = piecesOf(await envelope.encrypt(Buffer.concat(pieces), { encryptionContext }));
  const theirs = toDecrypt(pieces);
  const works = {
    encryptStream: {
      keystead: () => through(pieces, envelope.encryptStream({ encryptionContext })),
      'node:crypto stream': () => through(pieces, encryptStream()),
    },
    decryptStream: {
      keystead: () => through(message, envelope.decryptStream()),
      'node:crypto stream (releases before the tag is checked)': () =>
        through(theirs.pieces, theirs.decryptStream()),
    },
  };
  const rows = [];
  for (const [name, work] of Object.entries(works)) {
    const against = Object.keys(work).at(-1);
    rows.push(...(await compare(`${name} 64 MiB`, work, { operations: 1, against })));
  }
  return rows;
}

function piecesOf(message) {
  const starts = Array.from(
    { length: Math.ceil(message.length / mebibyte) },
    (_, i) => i * mebibyte,
  );
  return starts.map((start) => message.subarray(start, start + mebibyte));
}

function through(pieces, stream) {
  return pipeline(pieces, stream, sink());
}

async function compare(what, work, { operations, target, against }) {
  const rates = await measure(
    what,
    Object.entries(work).map(([label, operation]) => ({
      label,
      operations,
      run: async () => {
        for (let i = 0; i < operations; i++) await operation();
      },
    })),
  );
  const peerRate = rates.get(against);
  const row = { what, rate: rates.get('keystead'), against, peerRate, target };
  const rate = rates.get(intoOut);
  return rate === undefined ? [row] : [row, { ...row, what: `${what}, ${intoOut}`, rate }];
}

function sink() {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
