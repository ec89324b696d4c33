// Another process's memory, as proc_pid_mem(5) and proc_pid_smaps(5) show it.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { type Needle, pieceOverlapBytes, SecretScanner } from './secret_scanner.js';

export interface Mapping {
  readonly begin: number;
  readonly end: number;
  readonly permissions: string;
  readonly name: string;
  /** Two-letter flags of proc_pid_smaps(5). */
  readonly flags: readonly string[];
}

export interface Finding {
  readonly name: string;
  readonly address: string;
  readonly mapping: Mapping;
}

export interface MemorySearch {
  readonly findings: readonly Finding[];
  /** Mappings that are readable to the process itself and not from outside. */
  readonly unreadable: readonly Mapping[];
  readonly bytesRead: number;
}

const pieceBytes = 4 * 1024 * 1024;

export function mappingsOf(pid: number): Mapping[] {
  const text = readFileSync(`/proc/${pid}/smaps`, 'utf8');
  return text.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/).map(parseMapping);
}

function parseMapping(entry: string): Mapping {
  const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/m.exec(entry);
  if (head === null) throw new Error(`not an entry of smaps: ${entry}`);
  const [, begin = '', end = '', permissions = '', name = ''] = head;
  const flags = /^VmFlags: (.*)$/m.exec(entry)?.[1]?.trim().split(' ') ?? [];
  return {
    begin: Number.parseInt(begin, 16),
    end: Number.parseInt(end, 16),
    permissions,
    name,
    flags,
  };
}

/** Looks for the needles in everything of the process that can be read. */
export function searchMemory(pid: number, needles: readonly Needle[]): MemorySearch {
  const scanner = new SecretScanner(needles);
  const findings: Finding[] = [];
  const unreadable: Mapping[] = [];
  let bytesRead = 0;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const readable = mappingsOf(pid).filter(
    ({ permissions, name }) => permissions.startsWith('r') && !/^\[v(var|syscall)/.test(name),
  );
  for (const mapping of readable) {
    const bytes = searchMapping(memory, mapping, scanner, findings);
    if (bytes < mapping.end - mapping.begin) unreadable.push(mapping);
    bytesRead += bytes;
  }
  closeSync(memory);
  return { findings, unreadable, bytesRead };
}

const piece = Buffer.alloc(pieceBytes);

function searchMapping(
  memory: number,
  mapping: Mapping,
  scanner: SecretScanner,
  findings: Finding[],
): number {
  let at = mapping.begin;
  while (at < mapping.end) {
    const size = readPiece(memory, at, Math.min(pieceBytes, mapping.end - at));
    if (size === 0) break;
    for (const { name, offset } of scanner.scan(piece.subarray(0, size))) {
      findings.push({ name, address: (at + offset).toString(16), mapping });
    }
    if (at + size === mapping.end) return mapping.end - mapping.begin;
    at += Math.max(size - pieceOverlapBytes, 1);
  }
  return at - mapping.begin;
}

// EIO and EFAULT: memory that the kernel itself does not map, memfd_secret(2) among it.
function readPiece(memory: number, at: number, size: number): number {
  try {
    return readSync(memory, piece, 0, size, at);
  } catch (error) {
    if (error instanceof Error && /\b(EIO|EFAULT)\b/.test(error.message)) return 0;
    throw error;
  }
}

/** The mappings of secure memory: kept from children and from core dumps. */
export function arenaOf(pid: number): Mapping[] {
  return mappingsOf(pid).filter(({ flags, permissions }) => {
    return flags.includes('dc') && flags.includes('dd') && permissions.startsWith('rw');
  });
}
