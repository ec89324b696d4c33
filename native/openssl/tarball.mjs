// A downloaded or given tarball: is it byte for byte a release that this build accepts?

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BuildError } from './build_error.mjs';
import { pins, tarballUrl } from './pins.mjs';

/** @returns {Promise<string>} the SHA-256 of a file, in hexadecimal */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Throws a BuildError unless the file has the expected hash. */
export async function requireSha256(file, expected, origin) {
  if ((await sha256Of(file)) === expected) return;
  throw new BuildError(
    (await isTruncated(file))
      ? `the OpenSSL tarball from ${origin} is truncated: ${whatToDo('download it again')}`
      : `the OpenSSL tarball from ${origin} does not have the pinned SHA-256 ${expected} and was ` +
          `not used: ${whatToDo('do not trust that source')}`,
  );
}

/** The pin whose tarball this file is; a BuildError that says what to do when it is none. */
export async function pinOfTarball(file) {
  const sha256 = await readableSha256(file);
  const pin = pins.find((candidate) => candidate.sha256 === sha256);
  if (pin !== undefined) return pin;
  throw new BuildError(
    (await isTruncated(file))
      ? `the tarball that KEYSTEAD_OPENSSL_TARBALL names (${file}) is truncated: ` +
          `download ${tarballUrl(pins[0])} again.`
      : `the tarball that KEYSTEAD_OPENSSL_TARBALL names (${file}) has the SHA-256 ${sha256}, ` +
          `which is none of the pinned releases: use ${tarballUrl(pins[0])}.`,
  );
}

async function readableSha256(file) {
  try {
    return await sha256Of(file);
  } catch (error) {
    throw new BuildError(
      `the tarball that KEYSTEAD_OPENSSL_TARBALL names (${file}) cannot be read (${error.code}): ` +
        'correct or unset the variable.',
    );
  }
}

/** True when the file is gzip data that stops before its end. */
async function isTruncated(file) {
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks) => {
      for await (const _ of chunks);
    });
    return false;
  } catch (error) {
    return error.code === 'Z_BUF_ERROR';
  }
}

function whatToDo(first) {
  return `${first}, or set KEYSTEAD_OPENSSL_TARBALL to a copy of ${tarballUrl(pins[0])}.`;
}
