// The stamp of a built library: what it was made from, and the hash that shows it is still whole.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { configureFlags } from './configure_flags.mjs';

const stampName = 'stamp.json';

export function libraryPath(folder) {
  return path.join(folder, 'lib', 'libcrypto.a');
}

/** Stamps a folder that is about to be moved into the cache. */
export async function writeStamp(folder, { version, sha256, origin }) {
  const librarySha256 = await hashOf(libraryPath(folder));
  const stamp = { version, sha256, origin, librarySha256, flags: configureFlags };
  await writeFile(path.join(folder, stampName), `${JSON.stringify(stamp, null, 2)}\n`);
}

/** The stamp of a cached library; undefined when the library is not the stamped one. */
export async function readStamp(folder) {
  try {
    const stamp = JSON.parse(await readFile(path.join(folder, stampName), 'utf8'));
    return stamp.librarySha256 === (await hashOf(libraryPath(folder))) ? stamp : undefined;
  } catch {
    return undefined;
  }
}

async function hashOf(file) {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
