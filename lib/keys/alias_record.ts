// The record of an alias in the store: which key of the same account and Region it names.

import { decodeRecord } from './key_record.js';

const recordFormat = 1;

export interface AliasRecord {
  readonly format: typeof recordFormat;
  readonly targetKeyId: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Where an alias's record is; `aliasName` includes `alias/`. */
export function aliasPath(account: string, region: string, aliasName: string): string {
  return `alias/${account}/${region}/${aliasName.slice('alias/'.length)}`;
}

export function encodeAliasRecord(targetKeyId: string, createdAtMs: number): Uint8Array {
  const record: AliasRecord = {
    format: recordFormat,
    targetKeyId,
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
  return new Uint8Array(Buffer.from(JSON.stringify(record), 'utf8'));
}

export function decodeAliasRecord(bytes: Uint8Array): AliasRecord {
  return decodeRecord<AliasRecord>(bytes, recordFormat);
}
