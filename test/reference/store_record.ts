// docs/format.md §9.1: a sealed value of the store.

import { concat, u64be } from './bytes.js';
import { tagBytes, xaesNonceBytes } from './limits.js';
import { accept } from './rejected.js';
import { sealWithNonce, unseal } from './sealed.js';

const format = 0x53;
const formatVersion = 0x01;
const headerBytes = 10;

/** Where a record stands; a record moved elsewhere does not verify. */
export interface RecordPlace {
  /** 16 bytes. */
  readonly storeId: Uint8Array;
  readonly path: string;
}

export function storeRecordAad({ storeId, path }: RecordPlace, version: bigint): Uint8Array {
  return concat(storeId, new TextEncoder().encode(path), u64be(version));
}

export function sealRecordWithNonce(
  storeKey: Uint8Array,
  nonce: Uint8Array,
  place: RecordPlace,
  version: bigint,
  contents: Uint8Array,
): Uint8Array {
  const box = sealWithNonce(storeKey, nonce, contents, storeRecordAad(place, version));
  return concat(Uint8Array.of(format, formatVersion), u64be(version), box);
}

export function openRecord(
  storeKey: Uint8Array,
  place: RecordPlace,
  value: Uint8Array,
): { readonly version: bigint; readonly contents: Uint8Array } {
  accept(value.length >= headerBytes + xaesNonceBytes + tagBytes);
  accept(value[0] === format && value[1] === formatVersion);
  const version = Buffer.from(value).readBigUInt64BE(2);
  const aad = storeRecordAad(place, version);
  return { version, contents: unseal(storeKey, value.subarray(headerBytes), aad) };
}
