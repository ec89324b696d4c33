// A program that writes a file, and `sync` of that file.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function runSynced(target, program, args) {
  await run(program, args);
  await run('sync', [target]);
}
