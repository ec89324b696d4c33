// A program that replaced Buffer.allocUnsafeSlow by a function that gives memory which the caller
// had passed: what is written there would change what is still to be read.

import { afterEach, expect, it } from 'vitest';
import type { MessageHeader } from '../../lib/hsm/index.js';
import { testAddon } from '../hsm/support/test_addon.js';
import { allocationGives, hsm, resetAllocation } from './support/replaced_allocation.js';

const resultBytes = 128 * 1024;
const frame = hsm.defaultFrameLengthBytes;
const sealedFrame = frame + 32;
const overhead = hsm.boxOverheadBytes;
const aad = new Uint8Array(8);
const key = hsm.DataKey.generate();
const keyHandle = hsm.handleOfDataKey(key);
const root = hsm.addon().rootKeyFromBytes(new Uint8Array(32).fill(1), new Uint8Array(16));
const limits = Object.values(hsm.defaultMessageLimits) as [number, number, number];
const encryptedDataKeys = [
  { providerId: 'test', providerInfo: new Uint8Array(1), ciphertext: new Uint8Array(1) },
];
const writer = new hsm.MessageWriter({ dataKey: key, encryptedDataKeys });
const message = writer.encrypt(new Uint8Array(resultBytes));

afterEach(resetAllocation);

function expectOverlap(name: string, result: ArrayBuffer, call: () => unknown): void {
  allocationGives(new Uint8Array(result));
  expect(call).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_ARGUMENT',
      message: `\`${name}\` and \`result\` overlap`,
    }),
  );
}

/** Memory that is longer than a result, and a result in it. */
function longerThanResult(): { input: Uint8Array; result: ArrayBuffer } {
  const [memory, result] = testAddon().overlapping(2 * resultBytes);
  return { input: new Uint8Array(memory), result };
}

it('encrypts nothing into its own plaintext or associated data', () => {
  const result = new ArrayBuffer(resultBytes);
  const inside = new Uint8Array(result, 24, resultBytes - overhead);
  const outside = new Uint8Array(resultBytes - overhead);
  expectOverlap('plaintext', result, () => key.encrypt(inside));
  expectOverlap('aad', result, () => key.encrypt(outside, inside));
  const { rootKeySeal } = hsm.addon();
  expectOverlap('plaintext', result, () => rootKeySeal(root, inside, aad));
  expectOverlap('aad', result, () => rootKeySeal(root, outside, inside));
});

it('decrypts nothing into its own box or associated data', () => {
  const { input, result } = longerThanResult();
  const inside = input.subarray(0, resultBytes + overhead);
  inside.set(key.encrypt(new Uint8Array(resultBytes)));
  const outside = Uint8Array.from(inside);
  expectOverlap('box', result, () => key.decrypt(inside));
  expectOverlap('aad', result, () => key.decrypt(outside, inside));
  const { rootKeyUnseal } = hsm.addon();
  expectOverlap('sealed', result, () => rootKeyUnseal(root, inside, aad));
  expectOverlap('aad', result, () => rootKeyUnseal(root, outside, inside));
  expect(key.decrypt(inside)).toHaveLength(resultBytes);
});

it('encrypts no message into its own plaintext', () => {
  const result = new ArrayBuffer(message.length);
  const plaintext = new Uint8Array(result, 100, resultBytes);
  expectOverlap('plaintext', result, () => writer.encrypt(plaintext));
});

it('decrypts no message into itself or its context', () => {
  const { input, result } = longerThanResult();
  const inside = input.subarray(0, message.length);
  inside.set(message);
  const decrypt = (from: Uint8Array, context?: Uint8Array): Uint8Array =>
    hsm.addon().messageDecrypt(keyHandle, from, context, ...limits, 1);
  expectOverlap('message', result, () => decrypt(inside));
  expectOverlap('unstoredContext', result, () => decrypt(message, inside));
  expect(decrypt(inside)).toHaveLength(resultBytes);
});

it('encrypts no piece of a message into itself', () => {
  const stream = writer.encryptor();
  stream.update(new Uint8Array(frame - 1));
  const result = new ArrayBuffer(sealedFrame);
  const chunk = new Uint8Array(result, 100, 2);
  expectOverlap('chunk', result, () => stream.update(chunk));
  expect(stream.update(chunk)).toHaveLength(sealedFrame);
});

it('decrypts no piece of a message into itself', () => {
  const header = hsm.parseMessageHeader(message) as MessageHeader;
  const stream = new hsm.MessageDecryptor(key, header);
  const first = message.subarray(header.lengthBytes, header.lengthBytes + sealedFrame);
  stream.update(first.subarray(0, -2));
  const result = new ArrayBuffer(frame);
  const chunk = new Uint8Array(result, 100, 2);
  chunk.set(first.subarray(-2));
  expectOverlap('chunk', result, () => stream.update(chunk));
  expect(stream.update(chunk)).toHaveLength(frame);
});

it('takes no result of another size, or in shared memory', () => {
  const box = key.encrypt(new Uint8Array(resultBytes));
  const memory = new ArrayBuffer(resultBytes + 1);
  for (const wrong of [
    new Uint8Array(memory),
    new Uint8Array(memory, 0, resultBytes),
    new Uint8Array(new SharedArrayBuffer(resultBytes)),
  ]) {
    allocationGives(wrong);
    expect(() => key.decrypt(box)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_MEMORY' }));
  }
});
