// Provides the sysroot: `node native/sysroot/provide.mjs` prints its folder, after downloading and
// unpacking it when needed. It lies in the user's cache, named after how it is made.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitWithError } from '../openssl/build_error.mjs';
import { cacheRoot } from '../openssl/cache_folder.mjs';
import { sha256Of } from '../openssl/tarball.mjs';
import { withWorkFolder } from '../openssl/work_folder.mjs';
import { compilers } from './compilers.mjs';
import { machine, packages, release } from './debian_release.mjs';
import { downloadPackages } from './packages.mjs';
import { unpack } from './unpack.mjs';

const stampName = 'stamp.json';

/**
 * @returns {Promise<string>} the folder: usr/include, usr/lib, lib, and compilers for it in bin
 * @throws BuildError
 */
export async function provideSysroot() {
  const folder = sysrootFolder();
  if (!existsSync(path.join(folder, stampName))) await withWorkFolder(path.dirname(folder), build);
  return folder;
}

/** Where the sysroot is, or will be. */
export function sysrootFolder() {
  const { architecture } = machine();
  const recipe = [packages, compilers('')];
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  const root = path.join(path.dirname(cacheRoot()), 'sysroot');
  return path.join(root, `${release.suite}-${architecture}-${key}`);
}

async function build(work) {
  const files = await downloadPackages(work);
  const built = path.join(work, 'sysroot');
  await mkdir(path.join(built, 'bin'), { recursive: true });
  await unpack(files, built);
  for (const { name, script } of compilers(path.basename(sysrootFolder()))) {
    await writeFile(path.join(built, 'bin', name), script, { mode: 0o755 });
  }
  await writeStamp(built, files);
  // Another build may have been faster; its result is as good.
  if (!existsSync(sysrootFolder())) await rename(built, sysrootFolder());
}

async function writeStamp(folder, files) {
  const stamp = {};
  for (const file of files) stamp[path.basename(file)] = await sha256Of(file);
  await writeFile(path.join(folder, stampName), `${JSON.stringify(stamp, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  provideSysroot().then((folder) => process.stdout.write(`${folder}\n`), exitWithError);
}
