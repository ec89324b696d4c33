// A load generator: requests over keep-alive connections, one at a time on each, as fast as they are
// answered. It parses no more of an answer than it must, so that the server is what is measured. Nor does
// it ever sleep: over loopback the server's write would pay for waking it, which is no part of serving
// clients on other machines, and which a server that keeps it busy never pays.

import { once } from 'node:events';
import { connect } from 'node:net';
import { PeerError } from './peers/peer_error.mjs';

const connections = 32;
const headEnd = Buffer.from('\r\n\r\n');
const ok = Buffer.from('HTTP/1.1 200 ');

/**
 * @param {string} url
 * @param {readonly Buffer[]} requests whole requests, sent in turn
 * @param {number} seconds
 * @param {{ reconnect?: boolean }} [options] `reconnect`: for a server that closes each connection after
 * its answer, a new one for each request; its opening counts
 * @returns {Promise<{ rate: number, latenciesMs: Float64Array }>} answers per second; sorted
 * @throws {PeerError} when the server does not answer, or answers an error
 */
export async function load(url, requests, seconds, { reconnect = false } = {}) {
  const { hostname, port } = new URL(url);
  const open = () => connect({ host: hostname, port: Number(port), noDelay: true });
  const sockets = Array.from({ length: reconnect ? 0 : connections }, open);
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const lane = (i, end) =>
    reconnect ? runAnew(open, requests, i, end) : run(sockets[i], requests, i, end);
  const lanes = (end) => Promise.all(Array.from({ length: connections }, (_, i) => lane(i, end)));
  const stopSpinning = spin();
  let started;
  let all;
  try {
    await lanes(performance.now() + 200);
    started = performance.now();
    all = await lanes(started + seconds * 1000);
  } finally {
    stopSpinning();
    for (const socket of sockets) socket.destroy();
  }
  const elapsed = (performance.now() - started) / 1000;
  const latenciesMs = Float64Array.from(all.flat()).sort();
  return { rate: latenciesMs.length / elapsed, latenciesMs };
}

/** Keeps the event loop turning. @returns what ends it */
function spin() {
  let next = setImmediate(function turn() {
    next = setImmediate(turn);
  });
  return () => clearImmediate(next);
}

/** One request after the other on a connection until the time is over. */
function run(socket, requests, offset, end) {
  return new Promise((resolve, reject) => {
    const latencies = [];
    let next = offset;
    let sentAt = 0;
    let pending = Buffer.alloc(0);
    const send = () => {
      sentAt = performance.now();
      socket.write(requests[next++ % requests.length]);
    };
    const take = (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const size = sizeOf(pending);
      if (size === undefined || pending.length < size) return;
      if (pending.compare(ok, 0, ok.length, 0, ok.length) !== 0) {
        reject(new PeerError(`the server answered ${pending.toString('latin1', 0, 400)}`));
        return;
      }
      pending = pending.subarray(size);
      const now = performance.now();
      latencies.push(now - sentAt);
      if (now < end) {
        send();
        return;
      }
      socket.off('data', take);
      resolve(latencies);
    };
    socket.on('data', take);
    socket.on('error', (cause) => reject(new PeerError(cause.message, { cause })));
    socket.on('close', () => reject(new PeerError('the server closed a connection')));
    send();
  });
}

/** As `run`, on a connection for each request. */
async function runAnew(open, requests, offset, end) {
  const latencies = [];
  let next = offset;
  do {
    const socket = open();
    latencies.push(...(await run(socket, requests, next++, 0)));
    socket.destroy();
  } while (performance.now() < end);
  return latencies;
}

/** Of the first answer, head and body; undefined while the head is not there. */
function sizeOf(bytes) {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end));
  return end + headEnd.length + Number(length?.[1] ?? 0);
}
