// From Debian packages to a folder that a compiler takes as its root.

import { readdir, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { runTool } from '../openssl/run_tool.mjs';

const notForCompilers = ['etc', 'usr/share', 'usr/lib/systemd', 'var'];

/** Unpacks the packages into the folder. */
export async function unpack(files, folder) {
  for (const file of files) await runTool('dpkg-deb', ['--extract', file, folder]);
  for (const name of notForCompilers) {
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
  await turnLinksInwards(folder);
}

// The linker follows symbolic links without regard to the sysroot: an absolute one would lead to
// this machine's own library.
async function turnLinksInwards(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = path.join(entry.parentPath, entry.name);
    const target = await readlink(link);
    if (!path.isAbsolute(target)) continue;
    await rm(link);
    await symlink(path.relative(path.dirname(link), path.join(folder, target)), link);
  }
}
