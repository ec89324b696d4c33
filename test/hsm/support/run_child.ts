// Runs a script in a Node of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface ChildOptions {
  /** Node's own options. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments, which runs the rest of its command line; exec without it. */
  readonly launcher?: readonly string[];
}

export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runChild(script: URL, options: ChildOptions = {}): Promise<ChildResult> {
  const { flags = [], args = [], env = {}, launcher = [] } = options;
  const command = [...launcher, process.execPath, ...flags, fileURLToPath(script), ...args];
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, signal, stdout, stderr };
}

/** The JSON that a child printed before it ended well. */
export async function answerOf<Answer>(script: URL, options?: ChildOptions): Promise<Answer> {
  const { code, signal, stdout, stderr } = await runChild(script, options);
  if (code !== 0) throw new Error(`${script.pathname} ended by ${code ?? signal}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}
