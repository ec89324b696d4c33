// Messages of 3 GiB in memory, whose sizes do not fit into 31 bits; Node.js 20 has no arrays of
// more than 4 GiB. Needs 10 GB of free memory.

import { freemem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { DataKey, decryptMessage, MessageWriter } from '../../lib/hsm/index.js';
import { isSoaking } from './support/scale.js';

const neededBytes = 10e9;
const plaintextBytes = 3 * 2 ** 30 + 4097;
const hasMemory = freemem() > neededBytes;
const why = hasMemory ? '' : ` (skipped: ${neededBytes / 1e9} GB of memory are not free)`;

describe.skipIf(!isSoaking || !hasMemory)(`messages of 3 GiB${why}`, () => {
  const dataKey = DataKey.generate();
  const bytes = Uint8Array.of(1);
  const encryptedDataKeys = [{ providerId: 'test', providerInfo: bytes, ciphertext: bytes }];

  it('are whole to the last byte, and refused for a change in it', () => {
    const writer = new MessageWriter({ dataKey, encryptedDataKeys });
    let plaintext: Uint8Array | undefined = new Uint8Array(plaintextBytes);
    plaintext[plaintextBytes - 1] = 7;
    const message = writer.encrypt(plaintext, 2);
    plaintext = undefined;
    const opened = decryptMessage(dataKey, message, { threads: 2 });
    expect([opened.length, opened.at(-1), opened.at(-2)]).toEqual([plaintextBytes, 7, 0]);
    message[message.length - 17] = (message.at(-17) as number) ^ 1;
    expect(() => decryptMessage(dataKey, message)).toThrow('decryption failed');
  });
});
