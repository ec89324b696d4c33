// What a refusal is, in each of the forms.

import { expect } from 'vitest';
import { type FileForms, type Key, type Outcome, oneShot, oneShotAsync, stream } from './forms.js';
import type { Sample } from './samples.js';

const refusals = ['ERR_INVALID_MESSAGE', 'ERR_DECRYPTION_FAILED', 'ERR_MESSAGE_LIMIT'];

export function expectNothing({ released, code }: Outcome): void {
  expect(refusals).toContain(code);
  expect(released).toHaveLength(0);
}

/** Whole frames from the beginning: what had verified before the fault was met. */
export function expectPrefix({ released, code }: Outcome, plaintext: Uint8Array): void {
  expect(refusals).toContain(code);
  expect(Buffer.compare(released, plaintext.subarray(0, released.length))).toBe(0);
}

/** In memory: in one call, and in pieces. */
export async function expectRefused(key: Key, message: Uint8Array, sample: Sample): Promise<void> {
  expectNothing(await oneShot(key, message));
  expectPrefix(await stream(key, message, message.length + 1), sample.plaintext);
  expectPrefix(await stream(key, message, 11), sample.plaintext);
}

/** On threads, to a file and as a range, and no file is left. */
export async function expectRefusedByFiles(
  files: FileForms,
  key: Key,
  message: Uint8Array,
  signed: boolean,
): Promise<void> {
  expectNothing(await oneShotAsync(key, message));
  expectNothing(await files.toFile(key, message));
  if (!signed) expectNothing(await files.range(key, message, 0, 1000));
  expect(files.leftovers).toEqual([]);
}
