// Runs the executable native/test/core_driver.cc: the core of the HSM, without Node, over lines of
// hexadecimal fields.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CpuCode } from './cpu_code.js';

/** One case: an operation of native/test/core_driver_*.cc, and its fields in hexadecimal. */
export interface CoreCase {
  readonly operation: string;
  readonly fields: readonly string[];
}

/** What the core says: the result in hexadecimal, or the name of its status. */
export type CoreAnswer =
  | { readonly ok: string; readonly error?: undefined }
  | { readonly ok?: undefined; readonly error: string };

export const decryptionFailed: CoreAnswer = { error: 'decryption_failed' };
export const invalidArgument: CoreAnswer = { error: 'invalid_argument' };

/** A number as the driver takes it: 4 bytes, big-endian. */
export function number(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** The path of an executable that the native build made. @throws Error when it was not built. */
export function nativeProgram(name: string): string {
  for (const kind of ['Release', 'Debug']) {
    const path = fileURLToPath(new URL(`../../../build/${kind}/${name}`, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new Error(`build/Release/${name} is not built: run npm run build`);
}

const answersBytesMax = 1 << 30;

/** Answers every case, in order, as the core does on this CPU or with less of it. */
export function runCore(cases: readonly CoreCase[], cpu?: CpuCode): CoreAnswer[] {
  if (cases.length === 0) return [];
  const run = spawnSync(nativeProgram('core_driver'), {
    env: { ...process.env, ...cpu?.env },
    input: cases.map(toLine).join(''),
    encoding: 'latin1',
    maxBuffer: answersBytesMax,
  });
  if (run.status !== 0) throw new Error(`core_driver failed: ${run.stderr || run.signal}`);
  const lines = run.stdout.split('\n').slice(0, -1);
  if (lines.length !== cases.length)
    throw new Error(`${lines.length} answers to ${cases.length} cases`);
  return lines.map(toAnswer);
}

function toLine({ operation, fields }: CoreCase): string {
  return `${[operation, ...fields.map((field) => field.toLowerCase() || '-')].join(' ')}\n`;
}

function toAnswer(line: string): CoreAnswer {
  const [kind, value = ''] = line.split(' ');
  if (kind === 'error') return { error: value };
  return { ok: value === '-' ? '' : value };
}
