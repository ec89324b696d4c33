// `cp` of a file, and `sync` of the copy.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function copySynced(source, target) {
  await run('cp', ['--reflink=never', source, target]);
  await run('sync', [target]);
}
