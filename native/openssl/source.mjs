// Where the tarball comes from, in order: the one the user names, the release page, the Debian
// source package.

import { BuildError } from './build_error.mjs';
import { fromDebianSource } from './debian_source.mjs';
import { pins, series, tarballUrl } from './pins.mjs';
import { fromReleasePage } from './release_page.mjs';

/**
 * Fetches a tarball into the folder.
 *
 * @param {string} folder
 * @param {{ newestPinOnly: boolean }} options
 * @throws BuildError when no source can be reached
 */
export async function fetchTarball(folder, { newestPinOnly }) {
  const wanted = newestPinOnly ? pins.slice(0, 1) : pins;
  const released = await fromReleasePage(wanted, folder);
  if (released.unreachable === undefined) return released;
  process.stderr.write(`OpenSSL: ${released.unreachable}\n`);
  const packaged = await fromDebianSource(wanted, folder, { pinsOnly: newestPinOnly });
  if (packaged.unreachable === undefined) return packaged;
  throw new BuildError(
    `no source of OpenSSL ${series} could be reached (${released.unreachable}; ` +
      `${packaged.unreachable}): download ${tarballUrl(pins[0])} elsewhere and set ` +
      'KEYSTEAD_OPENSSL_TARBALL to the file.',
  );
}
