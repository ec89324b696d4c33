// The one record that is not sealed: what must be known before the root key is. Nothing in it is
// secret, and the sealed check record repeats it, so that a change of it does not pass.

import { KeysteadError } from '../errors.js';
import { bootstrapPath, corruptRecord } from './sealed_store.js';

const formatVersion = 1;

/** Argon2id salt and cost (RFC 9106 §3.1). */
export interface PassphraseParameters {
  /** 16 bytes. */
  readonly salt: Uint8Array;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** What the bootstrap record says. */
export interface Bootstrap {
  /** 16 bytes, random. */
  readonly storeId: Uint8Array;
  /** How the root key comes from a passphrase; undefined when it comes as 32 bytes. */
  readonly passphrase: PassphraseParameters | undefined;
}

/**
 * RFC 9106 §4, second recommended option, the first for memory-constrained environments: 64 MiB, 3
 * passes, 4 lanes.
 */
export const defaultPassphraseCost = { memoryKiB: 65_536, passes: 3, lanes: 4 } as const;

/** A store is written by others too: what it asks for is bounded before anything is allocated. */
const passphraseCostMax = { memoryKiB: 1_048_576, passes: 16, lanes: 16 } as const;

export function encodeBootstrap({ storeId, passphrase }: Bootstrap): Uint8Array {
  const text = JSON.stringify({
    format: formatVersion,
    storeId: toBase64(storeId),
    passphrase:
      passphrase === undefined ? null : { ...passphrase, salt: toBase64(passphrase.salt) },
  });
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** @throws KeysteadError ERR_STORE_CORRUPT; ERR_STORE when a newer version wrote the store */
export function decodeBootstrap(bytes: Uint8Array): Bootstrap {
  const record = parseObject(bytes);
  if (Number.isInteger(record['format']) && (record['format'] as number) > formatVersion)
    throw tooNew();
  if (record['format'] !== formatVersion) throw corruptRecord(bootstrapPath);
  const storeId = fromBase64(record['storeId']);
  const passphrase = record['passphrase'];
  return { storeId, passphrase: passphrase === null ? undefined : decodePassphrase(passphrase) };
}

function decodePassphrase(value: unknown): PassphraseParameters {
  if (!isObject(value)) throw corruptRecord(bootstrapPath);
  const salt = fromBase64(value['salt']);
  const lanes = bounded(value['lanes'], 1, passphraseCostMax.lanes);
  const passes = bounded(value['passes'], 1, passphraseCostMax.passes);
  // RFC 9106 §3.1: at least 8 KiB per lane.
  const memoryKiB = bounded(value['memoryKiB'], 8 * lanes, passphraseCostMax.memoryKiB);
  return { salt, memoryKiB, passes, lanes };
}

function bounded(value: unknown, min: number, max: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max)
    return value as number;
  throw corruptRecord(bootstrapPath);
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Not JSON: the same answer as JSON of another shape.
  }
  throw corruptRecord(bootstrapPath);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** The store id and the salt are 16 bytes each. */
function fromBase64(value: unknown): Uint8Array {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (bytes.length !== 16) throw corruptRecord(bootstrapPath);
  return new Uint8Array(bytes);
}

function tooNew(): KeysteadError {
  return new KeysteadError('ERR_STORE', 'the store was written by a newer version of Keystead');
}
