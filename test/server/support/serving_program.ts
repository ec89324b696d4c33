// A server in processes of its own, over the built package.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Credentials } from './test_server.js';

const program = fileURLToPath(new URL('../children/serving_program.mjs', import.meta.url));

/** A server that runs. */
export interface ServingProgram {
  readonly process: ChildProcess;
  /** What it and its workers wrote to standard error. */
  complaints(): string;
  readonly url: string;
  readonly monitorUrl: string;
  /** Of the workers. */
  readonly pids: readonly number[];
  readonly credentials: Credentials;
  /** Tells the program something and waits for what it says. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the program says.
  tell(command: 'restart' | 'close'): Promise<any>;
  readonly ended: Promise<number | null>;
  /** kill -9 of all its processes. */
  kill(): Promise<void>;
}

/** @throws when it does not come to serve */
export async function startServing(path: string, workers: number): Promise<ServingProgram> {
  const child = spawn(process.execPath, [program, path, String(workers)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be killed at once.
    detached: true,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the server ended: ${complaints}`);
    return JSON.parse(value);
  };
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'close').then(([status]) => status as number | null);
  child.stdin.on('error', () => undefined);
  return {
    process: child,
    complaints: () => complaints,
    ...(await next()),
    ended,
    tell(command) {
      child.stdin.write(`${command}\n`);
      return next();
    },
    async kill() {
      process.kill(-(child.pid as number), 'SIGKILL');
      await ended;
    },
  };
}
