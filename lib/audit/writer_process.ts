// Is the process that wrote something still there?

import { readFileSync } from 'node:fs';
import type { Writer } from './head_record.js';

/** This process. */
export function thisWriter(): Writer {
  return { pid: process.pid, startTicks: startTicks(process.pid), bootId: bootId() };
}

/** Whether the process lives on this machine. */
export function isAlive({ pid, startTicks: ticks, bootId: boot }: Writer): boolean {
  return boot === bootId() && startTicks(pid) === ticks && ticks !== '';
}

/** Field 22 of proc_pid_stat(5); the name in field 2 may hold spaces and parentheses. */
function startTicks(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function bootId(): string {
  return read('/proc/sys/kernel/random/boot_id').trim();
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
