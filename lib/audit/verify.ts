// Reads the audit trail again, line by line, and tells what is not as it was written. A crash and a
// tail that the store does not vouch for yet are told apart from tampering.

import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KeysteadError } from '../errors.js';
import type { SealedStore } from '../store/sealed_store.js';
import type { AuditMac, ChainHead } from './chain.js';
import { chainStart, readLine } from './chain.js';
import type { HeadRecord } from './head_record.js';
import { decodeHeadRecord, headsPrefix } from './head_record.js';
import { isAlive } from './writer_process.js';

/** What was done to a trail. Lines count from 1. */
export type AuditFinding =
  /** A line was changed, or lines before it were removed, added or put elsewhere. */
  | { readonly kind: 'broken chain'; readonly file: string; readonly line: number }
  /** The file ends before the line that the store vouches for. */
  | { readonly kind: 'cut off'; readonly file: string; readonly missing: number }
  /** The store, or a later chain, knows of a file that is not there. */
  | { readonly kind: 'missing file'; readonly file: string }
  /** The store knows nothing of the file: its record was removed, or it never was a trail's. */
  | { readonly kind: 'unknown file'; readonly file: string };

/** What a verification found in one file. */
export interface AuditFileReport {
  readonly file: string;
  readonly events: number;
  /** Half a line at the end: its writer was stopped while it wrote. */
  readonly isTorn: boolean;
  /** Events behind the line that the store vouches for: whoever has the file can cut them off unnoticed. */
  readonly unprotected: number;
  /** Whether its writer lives. */
  readonly isBeingWritten: boolean;
}

/** The whole trail. */
export interface AuditReport {
  /** True when nothing was found. */
  readonly ok: boolean;
  readonly findings: readonly AuditFinding[];
  readonly files: readonly AuditFileReport[];
}

/** What a verification works on. */
export interface VerifyGround {
  readonly folder: string;
  readonly store: SealedStore;
  readonly mac: AuditMac;
}

interface Predecessor extends ChainHead {
  readonly file: string;
}

interface ReadFile {
  readonly report: AuditFileReport;
  readonly findings: readonly AuditFinding[];
  readonly predecessor: Predecessor | undefined;
  readonly macs: ReadonlyMap<number, string>;
}

/** @throws KeysteadError ERR_AUDIT when the folder cannot be read */
export async function verifyAudit(ground: VerifyGround): Promise<AuditReport> {
  const heads = await readHeads(ground.store);
  const names = (await listFolder(ground.folder)).filter((name) => name.endsWith('.jsonl')).sort();
  const findings: AuditFinding[] = [];
  const read = new Map<string, ReadFile>();
  for (const file of names) {
    const found = await readFileOf(ground, file, heads.get(file));
    read.set(file, found);
    findings.push(...found.findings);
  }
  for (const file of heads.keys())
    if (!read.has(file)) findings.push({ kind: 'missing file', file });
  for (const { predecessor } of read.values())
    findings.push(...checkLink(predecessor, read, heads));
  const files = [...read.values()].map(({ report }) => report);
  return { ok: findings.length === 0, findings, files };
}

async function readHeads(store: SealedStore): Promise<Map<string, HeadRecord>> {
  const records = await store.range({ prefix: headsPrefix });
  return new Map(
    records.map(({ value }) => {
      const head = decodeHeadRecord(value);
      return [head.file, head];
    }),
  );
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const { message } = cause as Error;
    throw new KeysteadError('ERR_AUDIT', `the audit trail cannot be read: ${message}`, { cause });
  }
}

async function readFileOf(
  { folder, mac }: VerifyGround,
  file: string,
  known: HeadRecord | undefined,
): Promise<ReadFile> {
  const findings: AuditFinding[] = [];
  if (known === undefined) findings.push({ kind: 'unknown file', file });
  const macs = new Map<number, string>();
  let predecessor: Predecessor | undefined;
  let before = chainStart;
  let events = 0;
  let number = 0;
  let isTorn = false;
  for await (const { text, isLast } of linesOf(join(folder, file))) {
    number += 1;
    const line = readLine(mac, before, text);
    if (line === undefined && isLast) {
      isTorn = true;
      break;
    }
    if (line?.follows !== true) findings.push({ kind: 'broken chain', file, line: number });
    if (line === undefined) continue;
    before = line.head;
    macs.set(before.sequence, before.mac);
    if (line.content['event'] !== undefined) events += 1;
    predecessor ??= predecessorOf(line.content);
  }
  findings.push(...cutOff(file, known, macs, before));
  return {
    report: {
      file,
      events,
      isTorn,
      unprotected: Math.max(0, before.sequence - (known?.head.sequence ?? -1)),
      isBeingWritten: known !== undefined && !known.isClosed && isAlive(known.writer),
    },
    findings,
    predecessor,
    macs,
  };
}

function predecessorOf(content: Readonly<Record<string, unknown>>): Predecessor | undefined {
  const chain = content['chain'] as { predecessor?: Predecessor | null } | undefined;
  return chain?.predecessor ?? undefined;
}

/** The line that the store vouches for must be there, and be that one. */
function cutOff(
  file: string,
  known: HeadRecord | undefined,
  macs: ReadonlyMap<number, string>,
  { sequence: last }: ChainHead,
): AuditFinding[] {
  if (known === undefined || macs.get(known.head.sequence) === known.head.mac) return [];
  const missing = known.head.sequence - last;
  // A line that is there with another MAC was found broken already.
  return missing > 0 ? [{ kind: 'cut off', file, missing }] : [];
}

/** A chain names the one before it: neither its file nor its record can be removed unnoticed. */
function checkLink(
  predecessor: Predecessor | undefined,
  read: ReadonlyMap<string, ReadFile>,
  heads: ReadonlyMap<string, HeadRecord>,
): AuditFinding[] {
  if (predecessor === undefined) return [];
  const { file, sequence, mac } = predecessor;
  const found = read.get(file);
  if (found === undefined) return heads.has(file) ? [] : [{ kind: 'missing file', file }];
  if (found.macs.get(sequence) === mac) return [];
  const last = Math.max(-1, ...found.macs.keys());
  if (heads.has(file) || last >= sequence) return [];
  return [{ kind: 'cut off', file, missing: sequence - last }];
}

/**
 * The last line is told apart: only it can be half a line. Nothing but a line feed ends one: JSON leaves
 * U+2028 as it is, where others see the end of a line too.
 */
async function* linesOf(
  path: string,
): AsyncGenerator<{ readonly text: string; readonly isLast: boolean }, void, undefined> {
  let pending: string | undefined;
  let begun = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const [first = '', ...others] = (chunk as string).split('\n');
    begun += first;
    for (const next of others) {
      if (pending !== undefined) yield { text: pending, isLast: false };
      pending = begun;
      begun = next;
    }
  }
  if (pending !== undefined) yield { text: pending, isLast: begun === '' };
  if (begun !== '') yield { text: begun, isLast: true };
}
