// Long buffers: on the calling thread and on others, signed and not, the message is the same.

import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
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
