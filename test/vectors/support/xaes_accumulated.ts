// C2SP's accumulated test of XAES-256-GCM: random messages drawn from SHAKE-128 of nothing, and one
// hash over all that was sealed.

import { createHash } from 'node:crypto';
import { type CoreCase, runCore } from './core_driver.js';

const keyBytes = 32;
const nonceBytes = 24;
/** Key, nonce, and two texts of at most 255 bytes, each after its size. */
const drawBytesMax = keyBytes + nonceBytes + 2 * 256;
const batchSize = 20_000;

/** Seals `iterations` messages, opens each again: the SHAKE-128 (32 bytes, hexadecimal) of all. */
export function accumulatedXaesHash(iterations: number): string {
  const draw = randomDraws(iterations);
  const hash = createHash('shake128', { outputLength: 32 });
  for (let done = 0; done < iterations; done += batchSize) {
    for (const sealed of sealAndOpen(Math.min(batchSize, iterations - done), draw))
      hash.update(sealed);
  }
  return hash.digest('hex');
}

function sealAndOpen(count: number, draw: (size?: number) => Buffer): Buffer[] {
  const seals = Array.from({ length: count }, (): CoreCase => {
    const [key, nonce] = [draw(keyBytes), draw(nonceBytes)];
    const [plaintext, aad] = [draw(), draw()];
    return {
      operation: 'xaes_gcm_seal',
      fields: [key, nonce, aad, plaintext].map((field) => field.toString('hex')),
    };
  });
  const sealed = runCore(seals).map(({ ok }) => ok ?? '');
  const opens = seals.map(({ fields }, i) => ({
    operation: 'xaes_gcm_open',
    fields: [...fields.slice(0, 3), sealed[i] ?? ''],
  }));
  runCore(opens).forEach(({ ok }, i) => {
    if (ok !== seals[i]?.fields[3]) throw new Error(`message ${i} does not open`);
  });
  return sealed.map((text) => Buffer.from(text, 'hex'));
}

/** The next `size` bytes of the stream; without a size, a text after the byte with its size. */
function randomDraws(iterations: number): (size?: number) => Buffer {
  const stream = createHash('shake128', { outputLength: iterations * drawBytesMax }).digest();
  let at = 0;
  const take = (size: number) => {
    at += size;
    return stream.subarray(at - size, at);
  };
  return (size) => take(size ?? take(1).readUInt8());
}
