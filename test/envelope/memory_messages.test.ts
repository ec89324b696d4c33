// Long buffers: on the calling thread and on others, signed and not, the message is the same.

import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { DecryptOptions, EncryptOptions } from '../../lib/envelope/call_options.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import { nativeInfo } from '../../lib/hsm/index.js';
import { countingKms } from './support/counting_kms.js';
import { patternBytes } from './support/test_bytes.js';
import { openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const plaintext = patternBytes(9 * 1024 * 1024 + 5);

const ways = [
  ['on the calling thread', {}],
  ['with a second thread', { threads: 2 }],
  ['watched', { onProgress: () => {} }],
  ['stoppable, with a second thread', { signal: new AbortController().signal, threads: 2 }],
] as const;

describe.each([0x0478, 0x0578] as const)('suite %i', (suite) => {
  const envelope = new Envelope({ kms: client, keyId, suite });

  test.each(ways)('%s', async (_, options) => {
    const message = await envelope.encrypt(plaintext, options);
    for (const [, reading] of ways) {
      const read = await envelope.decrypt(message, reading);
      expect(Buffer.compare(read.plaintext, plaintext)).toBe(0);
    }
    const last = message.length - 1;
    message[last] = (message[last] as number) ^ 1;
    for (const [, reading] of ways) {
      const work = envelope.decrypt(message, reading);
      await expect(work).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
    }
  });
});

test('a long signed message leaves the event loop alone', async () => {
  const envelope = new Envelope({ kms: client, keyId, suite: 0x0578 });
  let turns = 0;
  let isDone = false;
  const work = envelope.encrypt(plaintext).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await tick();
    turns += 1;
  }
  await work;
  expect(turns).toBeGreaterThan(3);
});

test('a buffer that changes meanwhile does no harm beyond itself', async () => {
  const envelope = new Envelope({ kms: client, keyId });
  const changing = Buffer.from(plaintext);
  const work = envelope.encrypt(changing, { onProgress: () => {} });
  changing.fill(0);
  const { plaintext: read } = await envelope.decrypt(await work);
  expect(read).toHaveLength(plaintext.length);
});

describe('while the KMS is asked', () => {
  const remote = countingKms(client);
  const envelope = new Envelope({ kms: remote.kms, keyId });
  const text = patternBytes(1000);

  test('other options change nothing', async () => {
    const options: EncryptOptions & DecryptOptions = { out: new Uint8Array(5000) };
    const change = () => {
      const names = ['threads', 'onProgress', 'signal', 'out', 'encryptionContext'] as const;
      for (const name of names) Object.assign(options, { [name]: 'another' });
    };
    const encrypting = envelope.encrypt(text, options);
    const { out } = options;
    change();
    const message = await encrypting;
    expect(message.buffer).toBe(out?.buffer);
    const reading = { out: new Uint8Array(5000) };
    const decrypting = envelope.decrypt(message, reading);
    const { buffer } = reading.out;
    reading.out = new Uint8Array(5000);
    const { plaintext: read } = await decrypting;
    expect(read.buffer).toBe(buffer);
    expect(Buffer.compare(read, text)).toBe(0);
  });

  test.each([1000, 2 * 1024 * 1024])('work on %i bytes is stopped', async (size) => {
    const long = patternBytes(size);
    const message = await envelope.encrypt(long);
    for (const start of [
      (signal: AbortSignal) => envelope.encrypt(long, { signal }),
      (signal: AbortSignal) => envelope.decrypt(message, { signal }),
    ]) {
      const controller = new AbortController();
      const work = start(controller.signal);
      controller.abort();
      await expect(work).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    }
  });

  test('a message that is transferred leaves no data key behind', async () => {
    const message = await envelope.encrypt(text);
    const { bytesInUse } = nativeInfo().memory;
    for (let i = 0; i < 10; i++) {
      const copy = Uint8Array.from(message);
      const work = envelope.decrypt(copy);
      structuredClone(copy.buffer, { transfer: [copy.buffer] });
      await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    }
    expect(nativeInfo().memory.bytesInUse).toBe(bytesInUse);
  });

  test.each([1000, 2 * 1024 * 1024])('nor does one of %i bytes that fails', async (size) => {
    const message = await envelope.encrypt(patternBytes(size));
    const last = message.length - 1;
    message[last] = (message[last] as number) ^ 1;
    const { bytesInUse } = nativeInfo().memory;
    for (const options of [{}, { onProgress: () => {} }]) {
      const work = envelope.decrypt(message, options);
      await expect(work).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
    }
    expect(nativeInfo().memory.bytesInUse).toBe(bytesInUse);
  });
});
