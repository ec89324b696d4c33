// Files, synced, against `cp` and `sync` of the same file, and against age and `openssl enc` where they
// are installed, synced too: same file system, warm source, median of five runs each. KEYSTEAD_BENCH_FILE_MIB (default 1024) is the size; KEYSTEAD_BENCH_FOLDER
// (default the folder for temporary files) the place.

import crypto from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Envelope, Kms } from 'keystead';
import * as age from './peers/age.mjs';
import { copySynced } from './peers/copy.mjs';
import * as opensslEnc from './peers/openssl_enc.mjs';
import { optional } from './peers/optional.mjs';

const mebibyte = 1024 * 1024;
const runs = 5;
const against = 'cp and sync';
/** At most 1.5 times the time of `cp`. */
const target = Number((1 / 1.5).toFixed(2));

/** @returns rows as benchDataKey; the rates are mebibytes a second */
export async function benchFiles() {
  const sizeMib = Number(process.env.KEYSTEAD_BENCH_FILE_MIB ?? 1024);
  const folder = mkdtempSync(
    join(process.env.KEYSTEAD_BENCH_FOLDER ?? tmpdir(), 'keystead-bench-'),
  );
  const kms = await Kms.open({ store: 'memory' });
  try {
    const { KeyMetadata } = await kms.client().createKey();
    const envelope = new Envelope({ kms: kms.client(), keyId: KeyMetadata.Arn });
    const [source, sealed, out] = ['source', 'sealed', 'out'].map((name) => join(folder, name));
    writeRandom(source, sizeMib);
    const peers = await peerRates(sizeMib, { folder, source, sealed, out });
    await envelope.encryptFile(source, sealed);
    const copy = sizeMib / (await median(() => copySynced(source, out), out));
    const rows = [];
    for (const threads of [1, 2]) {
      for (const [name, from] of [
        ['encryptFile', source],
        ['decryptFile', sealed],
      ]) {
        const seconds = await median(() => envelope[name](from, out, { threads }), out);
        const what = `${name} ${sizeMib} MiB, MiB/s, ${threads} thread${threads > 1 ? 's' : ''}`;
        const rate = sizeMib / seconds;
        rows.push({ what, rate, against, peerRate: copy, target });
        for (const { against, rates } of peers)
          rows.push({ what, rate, against, peerRate: rates[name], skipped: rates.skipped });
      }
    }
    return rows;
  } finally {
    await kms.close();
    rmSync(folder, { recursive: true });
  }
}

async function peerRates(sizeMib, paths) {
  const all = [];
  for (const peer of [age, opensslEnc]) {
    const rates = await optional(() => ratesOf(peer, sizeMib, paths));
    all.push({ against: peer.against, rates });
  }
  return all;
}

/** Leaves no file but the source. */
async function ratesOf(peer, sizeMib, { folder, source, sealed, out }) {
  try {
    const { encryptFile, decryptFile } = await peer.prepare(folder);
    const encryptSeconds = await median(() => encryptFile(source, out), out);
    await encryptFile(source, sealed);
    const decryptSeconds = await median(() => decryptFile(sealed, out), out);
    return { encryptFile: sizeMib / encryptSeconds, decryptFile: sizeMib / decryptSeconds };
  } finally {
    for (const path of [sealed, out]) rmSync(path, { force: true });
  }
}

function writeRandom(path, sizeMib) {
  const file = openSync(path, 'wx');
  for (let i = 0; i < sizeMib; i++) writeSync(file, crypto.randomBytes(mebibyte));
  closeSync(file);
}

/** Seconds; `out` is gone before each run. */
async function median(work, out) {
  const seconds = [];
  for (let i = 0; i < runs; i++) {
    rmSync(out, { force: true });
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  rmSync(out, { force: true });
  return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)];
}
