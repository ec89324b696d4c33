// The Debian packages of the sysroot, from the mirrors this machine is configured for.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { BuildError } from '../openssl/build_error.mjs';
import { mirrorLines } from '../openssl/debian_mirrors.mjs';
import { privateAptOptions } from '../openssl/private_apt.mjs';
import { runTool } from '../openssl/run_tool.mjs';
import { machine, packages, release } from './debian_release.mjs';

/**
 * Downloads them into the folder.
 *
 * @returns {Promise<string[]>} the files, in order of their names
 * @throws BuildError when the mirrors cannot be reached or no longer carry the release
 */
export async function downloadPackages(folder) {
  const lines = await mirrorLines({ type: 'deb', suite: release.suite });
  if (lines.length === 0) throw unreachable('no Debian mirror is configured on this machine');
  process.stderr.write(`sysroot: downloading ${packages.length} packages of ${release.suite}\n`);
  const options = await privateAptOptions(folder, lines);
  // What is installed here has no say in what is downloaded.
  const here = ['Dir::State::status=/dev/null', `APT::Architecture=${machine().architecture}`];
  for (const option of here) options.push('-o', option);
  try {
    await runTool('apt-get', [...options, 'update']);
    await runTool('apt-get', [...options, 'download', ...packages], { cwd: folder });
  } catch (error) {
    throw unreachable(error.message.replace(/\.$/, ''), error);
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  return names.sort().map((name) => path.join(folder, name));
}

function unreachable(reason, error) {
  return new BuildError(
    `the packages of Debian ${release.suite}, against which prebuilt binaries are made, could not ` +
      `be downloaded (${reason}): make them on a Debian machine whose mirrors carry that release.`,
    error,
  );
}
