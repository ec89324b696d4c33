// The record of an alias in the store: which key of the same account and Region it names.

import { decodeRecord, encodeRecord } from './key_record.js';

const recordFormat = 1;

export interface AliasRecord {
  readonly format: typeof recordFormat;
  readonly targetKeyId: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Every alias name that can exist, its `alias/` included: 256 characters at most. */
export const aliasNamePattern = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;

/** Where an alias's record is; `aliasName` includes `alias/`. */
export function aliasPath(account: string, region: string, aliasName: string): string {
  return `${aliasesPrefix(account, region)}${aliasName.slice('alias/'.length)}`;
}

/** Where the aliases of an account and Region are. */
export function aliasesPrefix(account: string, region: string): string {
  return `alias/${account}/${region}/`;
}

export function encodeAliasRecord(alias: Omit<AliasRecord, 'format'>): Uint8Array {
  return encodeRecord({ format: recordFormat, ...alias } satisfies AliasRecord);
}

export function decodeAliasRecord(bytes: Uint8Array): AliasRecord {
  return decodeRecord<AliasRecord>(bytes, recordFormat);
}
