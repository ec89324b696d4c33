// A file that appears when all of it is there, or not at all: what comes through a pipe goes into a file
// of another name first.

import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { KeysteadError } from '../errors.js';

/**
 * @param fill - writes the content, to its end, and closes or destroys the stream
 * @param overwrite - replaces a file that is there
 * @throws KeysteadError ERR_FILE_EXISTS, ERR_FILE; whatever fill throws
 */
export async function writeStaged(
  target: string,
  fill: (stream: Writable) => Promise<void>,
  overwrite: boolean,
): Promise<void> {
  const staged = `${target}.${randomUUID()}.part`;
  const file = await onFile(target, () => open(staged, 'wx', 0o600));
  try {
    await fill(file.createWriteStream({ flush: true }));
    await onFile(target, () => (overwrite ? rename(staged, target) : link(staged, target)));
  } finally {
    await rm(staged, { force: true });
  }
}

async function onFile<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new KeysteadError('ERR_FILE_EXISTS', `${target} is there already`, { cause });
    throw new KeysteadError('ERR_FILE', `${target} cannot be written: ${message}`, { cause });
  }
}
