// The forms in which a message can be decrypted, each told by what it released and how it ended.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import type { Envelope } from '../../../lib/envelope/envelope.js';

/** How a decryption ended. */
export interface Outcome {
  /** What reached the caller. */
  readonly released: Buffer;
  /** Undefined when it succeeded. */
  readonly code: string | undefined;
}

export type Form = (envelope: Envelope, message: Uint8Array) => Promise<Outcome>;

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

async function ended(work: () => Promise<Uint8Array>): Promise<Outcome> {
  try {
    return { released: Buffer.from(await work()), code: undefined };
  } catch (error) {
    return { released: Buffer.alloc(0), code: codeOf(error) };
  }
}

/** What a stream gave before it ended, well or not. */
export async function drain(stream: AsyncIterable<Uint8Array>): Promise<Outcome> {
  const pieces: Uint8Array[] = [];
  let code: string | undefined;
  try {
    for await (const piece of stream) pieces.push(piece);
  } catch (error) {
    code = codeOf(error);
  }
  return { released: Buffer.concat(pieces), code };
}

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'keystead-form-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The plaintext is read from the file, which is all there may be beside the message. */
const fileForm: Form = (envelope, message) =>
  inFolder(async (folder) => {
    const [source, target] = [join(folder, 'message'), join(folder, 'plaintext')];
    writeFileSync(source, message);
    const outcome = await ended(async () => {
      await envelope.decryptFile(source, target, { sync: false });
      return readFileSync(target);
    });
    if (outcome.code !== undefined) {
      expect(readdirSync(folder)).toEqual(['message']);
      expect(existsSync(target)).toBe(false);
    }
    expect(readFileSync(source).equals(message)).toBe(true);
    return outcome;
  });

const rangeForm: Form = (envelope, message) =>
  inFolder(async (folder) => {
    const source = join(folder, 'message');
    writeFileSync(source, message);
    return ended(async () => {
      const { plaintext } = await envelope.decryptRange(source, 0, Number.MAX_SAFE_INTEGER);
      return plaintext;
    });
  });

const memoryForm: Form = (envelope, message) =>
  ended(async () => (await envelope.decrypt(message)).plaintext);

/** What a failure leaves in the caller's memory counts as released, unless it was wiped. */
const outForm: Form = async (envelope, message) => {
  const before = 0xee;
  const out = Buffer.alloc(message.length, before);
  const outcome = await ended(async () => (await envelope.decrypt(message, { out })).plaintext);
  if (outcome.code === undefined) return outcome;
  const left = out.filter((byte) => byte !== 0 && byte !== before);
  return { ...outcome, released: Buffer.from(left) };
};

const streamForm: Form = (envelope, message) => {
  const stream = envelope.decryptStream();
  stream.end(message);
  return drain(stream);
};

/** A byte at a time. */
const bytewiseForm: Form = (envelope, message) => {
  const stream = envelope.decryptStream();
  Readable.from(chunksOf(message, 1)).pipe(stream);
  return drain(stream);
};

const webForm: Form = (envelope, message) => {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunksOf(message, 100)) controller.enqueue(chunk);
      controller.close();
    },
  });
  return drain(source.pipeThrough(envelope.decryptWebStream() as never) as never);
};

export const forms: readonly (readonly [string, Form])[] = [
  ['in memory', memoryForm],
  ["into the caller's memory", outForm],
  ['as a stream', streamForm],
  ['as a stream of bytes', bytewiseForm],
  ['as a web stream', webForm],
  ['as a file', fileForm],
  ['as a range', rangeForm],
];

/** Forms that read signed messages: they release nothing before the end. */
export const signedForms: ReadonlySet<string> = new Set([
  'in memory',
  "into the caller's memory",
  'as a file',
]);

/** Forms that may release verified frames before they fail. */
export const streamForms: ReadonlySet<string> = new Set([
  'as a stream',
  'as a stream of bytes',
  'as a web stream',
]);

export function chunksOf(bytes: Uint8Array, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size)),
  );
}
