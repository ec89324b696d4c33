// apt with lists and caches of its own in a folder: no root, and nothing of the machine's package
// state changes. apt verifies the signature of the index and every hash below it.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

// apt.conf(5): the machine's own hooks clean its caches and call its services. Only a file can clear
// a list.
const noHooks = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success']
  .map((hook) => `#clear APT::Update::${hook};\n`)
  .join('');

/**
 * Prepares the folder for these source lines.
 *
 * @param {string} folder
 * @param {string[]} lines of sources.list(5)
 * @returns {Promise<string[]>} the options for apt-get and apt-cache
 */
export async function privateAptOptions(folder, lines) {
  const apt = path.join(folder, 'apt');
  await mkdir(path.join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(path.join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(path.join(apt, 'sources.list'), `${lines.join('\n')}\n`);
  await writeFile(path.join(apt, 'apt.conf'), noHooks);
  const options = [
    `Dir::Etc::SourceList=${apt}/sources.list`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    'Acquire::Languages=none',
    'Acquire::http::Timeout=20',
    'Acquire::AllowInsecureRepositories=false',
    'Acquire::AllowDowngradeToInsecureRepositories=false',
    'APT::Get::AllowUnauthenticated=false',
    'APT::Sandbox::User=root', // the folder is the caller's, closed to apt's own user
  ];
  return ['-c', path.join(apt, 'apt.conf'), ...options.flatMap((option) => ['-o', option])];
}
