// Runs the command line as a person does: a process of its own.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line with a store in a folder of its own. */
export function keystead(folder: string, ...args: string[]): Ran {
  return run(folder, args);
}

export function run(folder: string, args: readonly string[], input?: string): Ran {
  const env = { PATH: process.env['PATH'], HOME: folder, KEYSTEAD_PATH: 'store' };
  const options = { cwd: folder, env, encoding: 'utf8', input } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options);
  return { status, stdout, stderr };
}
