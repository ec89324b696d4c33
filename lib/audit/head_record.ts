// The record of a chain in the store: where it is, and how far it is known to go. Whoever cuts lines
// off a file cannot cut them off here.

import { decodeRecord, encodeRecord } from '../keys/key_record.js';
import type { ChainHead } from './chain.js';

const recordFormat = 1;

/** The process that writes a chain, as long as it lives: a process id alone is used again. */
export interface Writer {
  readonly pid: number;
  /** Of the process, as /proc/PID/stat tells it; empty where that cannot be read. */
  readonly startTicks: string;
  readonly bootId: string;
}

export interface HeadRecord {
  readonly format: typeof recordFormat;
  /** Its name in the folder of the trail. */
  readonly file: string;
  readonly startedAtMs: number;
  readonly head: ChainHead;
  readonly writer: Writer;
  /** Whether its writer ended it. */
  readonly isClosed: boolean;
}

/** Where the records of all chains are. */
export const headsPrefix = 'audit/head/';

/** Where a chain's record is. */
export function headPath(instance: string): string {
  return `${headsPrefix}${instance}`;
}

/** Where the events of changes wait to be written out. */
export function outboxPrefix(instance: string): string {
  return `audit/outbox/${instance}/`;
}

export function encodeHeadRecord(record: Omit<HeadRecord, 'format'>): Uint8Array {
  return encodeRecord({ format: recordFormat, ...record } satisfies HeadRecord);
}

export function decodeHeadRecord(bytes: Uint8Array): HeadRecord {
  return decodeRecord<HeadRecord>(bytes, recordFormat);
}
