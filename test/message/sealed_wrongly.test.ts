// Bodies whose every tag is right, made by somebody who has the key, and which no writer may make:
// their structure is refused for its own sake.

import { afterAll, describe, expect, it } from 'vitest';
import { concat, u32be } from '../reference/bytes.js';
import { bodyAad, seal } from '../reference/message_cipher.js';
import { deriveKeys, referenceSuite } from '../reference/message_suite.js';
import { writeParts } from '../reference/message_write.js';
import { FileForms, oneShot } from './support/forms.js';
import { expectRefused, expectRefusedByFiles } from './support/refused.js';
import { importKey, makeSample, sampleBytes } from './support/samples.js';

const files = new FileForms();
afterAll(() => files.remove());

const suite = referenceSuite(0x0478);
const messageId = sampleBytes(32, 50);
const frameLength = 7;
const sample = makeSample(suite, { messageId, frameLength });
const { key } = deriveKeys(suite, sample.dataKey, messageId);
const { header } = writeParts(sample.parts);

function frame(sequence: number, text: Uint8Array): Uint8Array {
  const iv = concat(new Uint8Array(8), u32be(sequence));
  const sealed = seal(key, iv, bodyAad(messageId, 'Frame', sequence, text.length), text);
  return concat(u32be(sequence), iv, sealed);
}

function finalFrame(sequence: number, text: Uint8Array): Uint8Array {
  const iv = concat(new Uint8Array(8), u32be(sequence));
  const sealed = seal(key, iv, bodyAad(messageId, 'Final Frame', sequence, text.length), text);
  return concat(u32be(0xffffffff), u32be(sequence), iv, u32be(text.length), sealed);
}

const text = sample.plaintext;
const [a, b, rest] = [text.subarray(0, 7), text.subarray(7, 14), text.subarray(14)];

it('the tags of these tests are right', async () => {
  const message = concat(header, frame(1, a), frame(2, b), finalFrame(3, rest));
  expect(await oneShot(importKey(sample.dataKey), message)).toEqual({
    released: text,
    code: undefined,
  });
});

const wrong: [string, Uint8Array[]][] = [
  ['counted from 0', [frame(0, a), frame(1, b), finalFrame(2, rest)]],
  ['counted from 2', [frame(2, a), frame(3, b), finalFrame(4, rest)]],
  ['with a number left out', [frame(1, a), frame(3, b), finalFrame(4, rest)]],
  ['with a number twice', [frame(1, a), frame(1, b), finalFrame(2, rest)]],
  ['whose final frame has the number before', [frame(1, a), frame(2, b), finalFrame(2, rest)]],
  ['whose final frame leaves a number out', [frame(1, a), frame(2, b), finalFrame(4, rest)]],
  ['with two final frames', [frame(1, a), finalFrame(2, b), finalFrame(3, rest)]],
  ['that go on behind the final one', [frame(1, a), finalFrame(2, b), frame(3, a)]],
  ['whose final frame is too long', [frame(1, a), finalFrame(2, text.subarray(7, 15))]],
  ['whose final frame is far too long', [finalFrame(1, sampleBytes(1000))]],
  ['that are too short', [frame(1, a.subarray(1)), finalFrame(2, rest)]],
  ['that are too long', [frame(1, text.subarray(0, 8)), finalFrame(2, rest)]],
  ['whose last one is a regular frame', [frame(1, a), frame(2, b)]],
];
describe.each(wrong)('frames %s', (_, frames) => {
  it('are refused', async () => {
    const message = concat(header, ...frames);
    await expectRefused(importKey(sample.dataKey), message, sample);
    await expectRefusedByFiles(files, importKey(sample.dataKey), message, false);
  });
});

it('frames are no block, and a block is no frame', async () => {
  const block = writeParts({ ...sample.parts, frameLength: 0 });
  const framed = writeParts(sample.parts);
  for (const [head, body] of [
    [block.header, framed.body],
    [framed.header, block.body],
  ] as const) {
    const message = concat(head, ...body);
    await expectRefused(importKey(sample.dataKey), message, sample);
    await expectRefusedByFiles(files, importKey(sample.dataKey), message, false);
  }
});
