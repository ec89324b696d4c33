// KEYSTEAD_OPENSSL_DIR: a static OpenSSL 3.5 that the user built.

import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BuildError } from './build_error.mjs';
import { series } from './pins.mjs';

const libraryFolders = ['lib', 'lib64', '.'];

/** The library in the folder; a BuildError when it is not a static OpenSSL of our series. */
export async function ownLibrary(folder) {
  const root = path.resolve(folder);
  const version = await versionOf(path.join(root, 'include'));
  if (!version.startsWith(`${series}.`)) throw refusal(root, `holds OpenSSL ${version}`);
  for (const name of libraryFolders) {
    const library = path.join(root, name, 'libcrypto.a');
    if (await exists(library)) {
      return { version, folder: root, include: path.join(root, 'include'), library };
    }
  }
  throw refusal(root, 'holds no libcrypto.a');
}

async function versionOf(include) {
  const header = path.join(include, 'openssl', 'opensslv.h');
  const text = await readFile(header, 'utf8').catch(() => '');
  return /define\s+OPENSSL_VERSION_STR\s+"([^"]+)"/.exec(text)?.[1] ?? 'of an unknown version';
}

function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}

function refusal(root, reason) {
  return new BuildError(
    `the folder that KEYSTEAD_OPENSSL_DIR names (${root}) ${reason}: point it at the install ` +
      `folder of a static OpenSSL ${series}, or unset it.`,
  );
}
