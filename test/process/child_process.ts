// Starts programs over the built package, each in a process of its own.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that runs one of the programs beside this file. */
export interface Program {
  readonly process: ChildProcessWithoutNullStreams;
  /** What it has written so far, whole lines. */
  lines(): string[];
  /** Resolves at its end. */
  readonly ended: Promise<{ status: number | null; stderr: string }>;
}

export function startProgram(name: string, ...args: string[]): Program {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, [file, ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program that died before it read its input is found by its status.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([status]) => ({
    status: status as number | null,
    stderr,
  }));
  return { process: child, lines: () => stdout.split('\n').slice(0, -1), ended };
}
