// The forms in which a message can be read. Each tells what it released and how it ended.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type DataKey,
  decryptMessage,
  decryptMessageAsync,
  type MessageDataKey,
  MessageDecryptor,
  MessageFile,
  parseMessageHeader,
} from '../../../lib/hsm/index.js';

export type Key = DataKey | MessageDataKey;

export interface Outcome {
  /** What the reader got to see. */
  readonly released: Uint8Array;
  /** The code of the error, undefined when all went well. */
  readonly code: string | undefined;
}

export function codeOf(error: unknown): string {
  const { code } = error as { code?: string };
  if (code === undefined) throw error;
  return code;
}

async function outcomeOf(read: () => Uint8Array | Promise<Uint8Array>): Promise<Outcome> {
  try {
    return { released: await read(), code: undefined };
  } catch (error) {
    return { released: new Uint8Array(), code: codeOf(error) };
  }
}

export function oneShot(key: Key, message: Uint8Array): Promise<Outcome> {
  return outcomeOf(() => decryptMessage(key, message));
}

export function oneShotAsync(key: Key, message: Uint8Array): Promise<Outcome> {
  return outcomeOf(() => decryptMessageAsync(key, message, { threads: 2 }).done);
}

/** Cuts the message into pieces of `pieceBytes`; signed messages are allowed. */
export async function stream(key: Key, message: Uint8Array, pieceBytes: number): Promise<Outcome> {
  const released: Uint8Array[] = [];
  try {
    const header = parseMessageHeader(message);
    if (header === undefined) return { released: new Uint8Array(), code: 'ERR_INVALID_MESSAGE' };
    const decryptor = new MessageDecryptor(key, header, { allowUnverifiedRelease: true });
    for (let at = header.lengthBytes; at < message.length; at += pieceBytes) {
      released.push(await decryptor.update(message.subarray(at, at + pieceBytes)));
    }
    decryptor.finish();
    return { released: Buffer.concat(released), code: undefined };
  } catch (error) {
    return { released: Buffer.concat(released), code: codeOf(error) };
  }
}

/** A folder that goes away, for the forms that need files. */
export class FileForms {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'keystead-message-'));
  readonly #source = path.join(this.folder, 'message');
  readonly #target = path.join(this.folder, 'plaintext');

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** What is there afterwards, beside the message. */
  get leftovers(): string[] {
    return readdirSync(this.folder).filter((name) => name !== 'message');
  }

  async toFile(key: Key, message: Uint8Array): Promise<Outcome> {
    writeFileSync(this.#source, message);
    try {
      using file = await MessageFile.open(this.#source);
      await file.decryptTo(key, this.#target, { sync: false, threads: 2 }).done;
      return { released: readFileSync(this.#target), code: undefined };
    } catch (error) {
      const seen = existsSync(this.#target) ? readFileSync(this.#target) : new Uint8Array();
      return { released: seen, code: codeOf(error) };
    } finally {
      rmSync(this.#target, { force: true });
    }
  }

  async range(key: Key, message: Uint8Array, start: number, end: number): Promise<Outcome> {
    writeFileSync(this.#source, message);
    return outcomeOf(async () => {
      using file = await MessageFile.open(this.#source);
      return await file.decryptRange(key, start, end).done;
    });
  }
}
