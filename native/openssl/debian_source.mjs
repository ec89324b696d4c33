// OpenSSL from the Debian source package, whose hashes stand in Debian's signed index.

import path from 'node:path';
import { debianSuite, trixieSourceLines } from './debian_mirrors.mjs';
import { oldestAcceptedPatch, patchOf } from './pins.mjs';
import { privateAptOptions } from './private_apt.mjs';
import { runTool } from './run_tool.mjs';
import { requireSha256 } from './tarball.mjs';

/**
 * Downloads the newest acceptable release that the mirrors still carry.
 *
 * @returns the tarball, or `{ unreachable: reason }`
 */
export async function fromDebianSource(pins, folder, { pinsOnly = false } = {}) {
  const lines = await trixieSourceLines();
  if (lines.length === 0) return unreachable('no Debian mirror is configured on this machine');
  process.stderr.write(`OpenSSL: looking in the Debian sources of ${debianSuite}\n`);
  const options = await privateAptOptions(folder, lines);
  try {
    await runTool('apt-get', [...options, 'update']);
    const index = await runTool('apt-cache', [...options, 'showsrc', 'openssl']);
    return await downloadFirst(acceptable(parseSources(index), pins, pinsOnly), options, folder);
  } catch (error) {
    return unreachable(error.message.replace(/\.$/, ''));
  }
}

async function downloadFirst(candidates, options, folder) {
  for (const candidate of candidates) {
    const { version, sha256, debianVersion, tarball } = candidate;
    const origin = `the Debian source package openssl ${debianVersion}`;
    process.stderr.write(`OpenSSL ${version}: downloading ${origin}\n`);
    const wanted = ['--download-only', '--tar-only', `openssl=${debianVersion}`];
    try {
      await runTool('apt-get', [...options, 'source', ...wanted], { cwd: folder });
    } catch {
      continue; // The pool keeps current versions only: an index may name one that is gone.
    }
    await requireSha256(path.join(folder, tarball), sha256, origin);
    if (!candidate.pinned) process.stderr.write(unpinnedNotice(candidate));
    return { version, sha256, file: path.join(folder, tarball), origin };
  }
  return unreachable(`the mirrors carry no OpenSSL that this build accepts`);
}

/**
 * @typedef {{ version: string, debianVersion: string, tarball: string, sha256: string }} Package
 */

/**
 * The openssl packages of an index.
 *
 * @returns {Package[]}
 */
export function parseSources(index) {
  return index.split(/\n(?=Package: )/).flatMap((stanza) => {
    const debianVersion = /^Version: (\S+)$/m.exec(stanza)?.[1] ?? '';
    const sums = /^Checksums-Sha256:\n((?: .*\n?)+)/m.exec(stanza)?.[1] ?? '';
    const sum = /^ ([0-9a-f]{64}) \d+ (openssl_([\d.]+)\.orig\.tar\.gz)$/m.exec(sums);
    if (sum === null || !/^Package: openssl$/m.test(stanza)) return [];
    return [{ debianVersion, sha256: sum[1], tarball: sum[2], version: sum[3] }];
  });
}

/**
 * The packages this build accepts, newest first: pinned bytes, or an unpinned later release.
 *
 * @param {Package[]} packages
 * @param {{ version: string, sha256: string }[]} pins
 * @param {boolean} pinsOnly
 * @returns {(Package & { pinned: boolean })[]}
 */
export function acceptable(packages, pins, pinsOnly) {
  return packages
    .flatMap((found) => {
      const pin = pins.find(({ version }) => version === found.version);
      if (pin !== undefined) return pin.sha256 === found.sha256 ? [{ ...found, pinned: true }] : [];
      const accepted = !pinsOnly && patchOf(found.version) >= oldestAcceptedPatch;
      return accepted ? [{ ...found, pinned: false }] : [];
    })
    .sort((a, b) => patchOf(b.version) - patchOf(a.version));
}

function unpinnedNotice({ version, sha256 }) {
  return (
    `OpenSSL ${version} is not pinned; it is accepted because its SHA-256 ${sha256} stands in ` +
    `Debian's signed index of ${debianSuite}.\n`
  );
}

function unreachable(reason) {
  return { unreachable: `Debian sources: ${reason}` };
}
