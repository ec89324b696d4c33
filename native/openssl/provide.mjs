// Provides the private OpenSSL: `node native/openssl/provide.mjs [folder|include|library|version]`
// prints where it is, after fetching and building it when needed. Progress goes to stderr.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildError, exitWithError } from './build_error.mjs';
import { cacheRoot } from './cache_folder.mjs';
import { findLibrary, publishLibrary } from './cached_library.mjs';
import { compile } from './compile.mjs';
import { ownLibrary } from './own_library.mjs';
import { pins } from './pins.mjs';
import { fetchTarball } from './source.mjs';
import { writeStamp } from './stamp.mjs';
import { pinOfTarball } from './tarball.mjs';
import { withWorkFolder } from './work_folder.mjs';

/**
 * @param {{ newestPinOnly?: boolean }} [options] for prebuilt binaries
 * @returns {Promise<{ version: string, folder: string, include: string, library: string }>}
 * @throws BuildError
 */
export async function provideOpenSsl({ newestPinOnly = false } = {}) {
  const { KEYSTEAD_OPENSSL_DIR: own, KEYSTEAD_OPENSSL_TARBALL: tarball } = process.env;
  if (own) return ownLibrary(own);
  const given = tarball ? await givenTarball(tarball) : undefined;
  const wanted = given?.version ?? (newestPinOnly ? pins[0].version : undefined);
  const cached = await findLibrary(wanted);
  return cached ?? build(given, newestPinOnly);
}

async function givenTarball(tarball) {
  const file = path.resolve(tarball);
  return { ...(await pinOfTarball(file)), file, origin: file, keep: true };
}

function build(given, newestPinOnly) {
  return withWorkFolder(cacheRoot(), async (folder) => {
    const tarball = given ?? (await fetchTarball(folder, { newestPinOnly }));
    const built = path.join(folder, 'built');
    await compile(tarball, folder, built);
    await writeStamp(built, tarball);
    return publishLibrary(tarball.version, built);
  });
}

async function main(wanted = 'folder') {
  const library = await provideOpenSsl();
  if (!(wanted in library)) throw new BuildError(`there is no "${wanted}" to print.`);
  process.stdout.write(`${library[wanted]}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv[2]).catch(exitWithError);
}
