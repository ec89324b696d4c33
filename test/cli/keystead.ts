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
  const { status, stdout, stderr } = spawn(folder, args, input);
  return { status, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}

/** What passes through pipes need not be text. */
export function runBinary(
  folder: string,
  args: readonly string[],
  input: Uint8Array,
): { readonly status: number | null; readonly stdout: Buffer; readonly stderr: string } {
  const { status, stdout, stderr } = spawn(folder, args, input);
  return { status, stdout, stderr: stderr.toString('utf8') };
}

function spawn(folder: string, args: readonly string[], input: Uint8Array | string | undefined) {
  const env = { PATH: process.env['PATH'], HOME: folder, KEYSTEAD_PATH: 'store' };
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, env, input });
}
