// A core dump of a child: the kernel's own where core_pattern lets it fall into the child's folder,
// else gcore's.

import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Hit, type Needle, pieceOverlapBytes, SecretScanner } from './secret_scanner.js';

/** 'kernel', 'gcore', or undefined where no core dump can be had. */
export function coreDumpMaker(): 'kernel' | 'gcore' | undefined {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  const hardLimit = spawnSync('sh', ['-c', 'ulimit -H -c'], { encoding: 'utf8' }).stdout.trim();
  if (/^[^|/]+$/.test(pattern) && hardLimit === 'unlimited') return 'kernel';
  return spawnSync('gcore', ['--help']).error === undefined ? 'gcore' : undefined;
}

// core(5): anonymous and shared memory of every kind; of private file mappings what was written to
// is dumped anyway.
const everyMapping = '0x7b';

/**
 * Dumps the child, whose current folder is `folder`, and returns the core's path. With the kernel's
 * dump the child is dead afterwards.
 */
export async function dumpCore(child: ChildProcess, folder: string): Promise<string> {
  dumpEverything(child);
  if (coreDumpMaker() === 'gcore') {
    const run = spawnSync('gcore', ['-o', path.join(folder, 'core'), String(child.pid)]);
    if (run.status !== 0) throw new Error(`gcore failed: ${run.stderr}`);
  } else {
    child.kill('SIGABRT');
    await once(child, 'exit');
  }
  return coreIn(folder);
}

/** Makes the child's coming core dump hold every kind of memory. */
export function dumpEverything(child: ChildProcess): void {
  writeFileSync(`/proc/${child.pid}/coredump_filter`, everyMapping);
}

export function coreIn(folder: string): string {
  const name = readdirSync(folder).find((file) => file.startsWith('core'));
  if (name === undefined) throw new Error('no core dump was written');
  return path.join(folder, name);
}

const pieceBytes = 4 * 1024 * 1024;

export function searchFile(file: string, needles: readonly Needle[]): Hit[] {
  const scanner = new SecretScanner(needles);
  const hits: Hit[] = [];
  const piece = Buffer.alloc(pieceBytes);
  const descriptor = openSync(file, 'r');
  let at = 0;
  for (;;) {
    const size = readSync(descriptor, piece, 0, pieceBytes, at);
    for (const { name, offset } of scanner.scan(piece.subarray(0, size))) {
      hits.push({ name, offset: at + offset });
    }
    if (size <= pieceOverlapBytes) break;
    at += size - pieceOverlapBytes;
  }
  closeSync(descriptor);
  return hits;
}
