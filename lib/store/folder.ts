// Folders of stores, for their owner alone.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it, where they are not there. Not mkdir's own `recursive`: where a
 * folder refuses children with ENOENT, as /proc does, that one never ends.
 */
export async function makeFolders(path: string): Promise<void> {
  if (existsSync(path)) return;
  if (dirname(path) !== path) await makeFolders(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another process may be making the same folder.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
