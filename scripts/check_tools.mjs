// The tools a checkout needs, looked for before anything is fetched.

import { spawnSync } from 'node:child_process';
import { BuildError } from '../native/openssl/build_error.mjs';

// OpenSSL's Configure uses these; some distributions package them apart from perl.
const perlProbe = ['-MIPC::Cmd', '-MFile::Compare', '-MFile::Copy', '-MFindBin', '-e', '1'];

const tools = [
  { name: 'a C++ compiler (g++ or clang++)', commands: [process.env.CXX, 'c++', 'g++', 'clang++'] },
  { name: 'a C compiler (gcc or clang)', commands: [process.env.CC, 'cc', 'gcc', 'clang'] },
  { name: 'make', commands: ['make'] },
  { name: 'perl (with IPC::Cmd)', commands: ['perl'], args: perlProbe },
  { name: 'python3', commands: [process.env.PYTHON, 'python3'] },
];

/** Throws a BuildError that names every missing tool. */
export function checkTools() {
  const missing = tools.filter((tool) => !isPresent(tool)).map(({ name }) => name);
  if (missing.length === 0) return;
  throw new BuildError(
    `building Keystead needs ${enumerate(missing)}, not found on this machine: install what is ` +
      'missing (Debian and Ubuntu: apt-get install g++ make perl python3; Fedora and RHEL: ' +
      'dnf install gcc-c++ make perl-core python3) and run npm ci again.',
  );
}

function isPresent({ commands, args = ['--version'] }) {
  return commands
    .filter((command) => command)
    .some((command) => spawnSync(command.split(' ')[0], args, { stdio: 'ignore' }).status === 0);
}

function enumerate(names) {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
