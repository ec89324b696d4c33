// The server: GenerateDataKey and Decrypt over HTTP, each request signed and its signature checked,
// against a bare node:http server that answers as many bytes, with one worker and with two, and with
// one against moto's where it is installed. The load comes from a process of its own on the same
// machine.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { percentiles } from './latencies.mjs';
import { load } from './load.mjs';
import * as moto from './peers/moto_server.mjs';
import { optional } from './peers/optional.mjs';
import { signHeaders } from './peers/sigv4_signer.mjs';

const rounds = 3;
const seconds = Math.max(Number(process.env.KEYSTEAD_BENCH_SECONDS ?? 1), 0.2);
const target = 0.5;
/** Different requests, signed beforehand: the generator's own signing would be measured too. */
const signedRequests = 64;
/** Moto's: time to start, and more than its loads take. */
const motoLifeMs = 60_000 + 20_000 * seconds;

/** @returns rows as benchDataKey, with the latencies of each server */
export async function benchServer() {
  const rows = await benchWorkers(1);
  const motoRows = await againstMoto(rows);
  return [...rows.flatMap((row, i) => [row, motoRows[i]]), ...(await benchWorkers(2))];
}

async function benchWorkers(workers) {
  const kms = await start('kms_server.mjs', workers);
  try {
    const rows = [];
    for (const [operation, input] of Object.entries(inputsOf(kms))) {
      const requests = sign(kms, operation, JSON.stringify(input));
      const bare = await start('bare_http.mjs', workers, await answerSize(kms.url, requests[0]));
      const measured = await inTurns([kms.url, requests], [bare.url, requests]);
      await stop(bare);
      rows.push(toRow(operation, workers, measured));
    }
    return rows;
  } finally {
    await stop(kms);
  }
}

/** The rows again, against moto: it has no second worker. */
async function againstMoto(rows) {
  const peer = await optional(() => moto.startMoto(motoLifeMs));
  const { against } = moto;
  try {
    const all = [];
    for (const { what, operation, rate, latencies } of rows) {
      const measured = peer.skipped ? peer : await optional(() => loadMoto(peer, operation));
      all.push({ what, rate, latencies, against, ...measured });
    }
    return all;
  } finally {
    await peer.stop?.();
  }
}

async function loadMoto(peer, operation) {
  const requests = sign(peer, operation, JSON.stringify(inputsOf(peer)[operation]));
  const [measured] = await inTurns([peer.url, requests, { reconnect: true }]);
  return { peerRate: measured.rate, peerLatencies: percentiles(measured) };
}

/** The best of several rounds of each, one after the other, as `measure` does. */
async function inTurns(...loads) {
  const best = [];
  for (let round = 0; round < rounds; round++) {
    for (const [i, [url, requests, options]] of loads.entries()) {
      const measured = await load(url, requests, seconds, options);
      if (!(best[i]?.rate >= measured.rate)) best[i] = measured;
    }
  }
  return best;
}

function inputsOf({ keyId, ciphertextBlob, encryptionContext: EncryptionContext }) {
  return {
    GenerateDataKey: { KeyId: keyId, KeySpec: 'AES_256', EncryptionContext },
    Decrypt: { CiphertextBlob: ciphertextBlob, EncryptionContext },
  };
}

function toRow(operation, workers, [own, peer]) {
  const name = `${workers} worker${workers === 1 ? '' : 's'}`;
  return {
    what: `server: ${operation} over HTTP, ${name}`,
    operation,
    rate: own.rate,
    against: `bare node:http, ${name}`,
    peerRate: peer.rate,
    target,
    latencies: percentiles(own),
    peerLatencies: percentiles(peer),
  };
}

function sign({ url, accessKeyId, secretAccessKey }, operation, body) {
  const { host } = new URL(url);
  const signer = { accessKeyId, secretAccessKey, region: 'us-east-1', service: 'kms' };
  return Array.from({ length: signedRequests }, (_, i) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      host,
      // As the SDKs send one.
      'amz-sdk-invocation-id': `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      'x-amz-target': `TrentService.${operation}`,
    };
    const signed = signHeaders(
      { method: 'POST', headers, body },
      { ...signer, timeMs: Date.now() },
    );
    const lines = Object.entries({ ...signed, 'content-length': body.length });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${body}`);
  });
}

async function answerSize(url, request) {
  const head = request.toString('latin1');
  const [, ...lines] = head.slice(0, head.indexOf('\r\n\r\n')).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(': ')));
  const body = head.slice(head.indexOf('\r\n\r\n') + 4);
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`the server answered ${answer}`);
  return answer.length;
}

async function start(program, ...args) {
  const file = fileURLToPath(new URL(`peers/${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ...JSON.parse(line) };
}

async function stop({ child }) {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
