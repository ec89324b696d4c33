// A KMS key in use: its record, taken apart once, and the HSM handles of the materials that were
// needed so far.

import { keyArn } from '../arn.js';
import type { KmsKeyHandle } from '../hsm/index.js';
import type { KeyIdKind } from '../key_id.js';
import { keyIdSizeBytes, parseKeyId } from '../key_id.js';
import type { SealedRecord } from '../store/sealed_store.js';
import type { KeyMaterialRecord, KeyRecord } from './key_record.js';
import { decodeKeyRecord, keyPath } from './key_record.js';

/** One version of the key's material; the handle is there once it was used. */
export interface KeyMaterial {
  readonly keyMaterialId: string;
  /** 32 bytes, the binary form of the id. */
  readonly keyMaterialIdBytes: Uint8Array;
  readonly wrapped: Uint8Array;
  handle: KmsKeyHandle | undefined;
}

/** A key's place: what its ARN is made of. */
export interface KeyLocation {
  readonly account: string;
  readonly region: string;
  readonly keyId: string;
}

/** A key of the store, as of one version of its record. */
export class KmsKey {
  readonly account: string;
  readonly region: string;
  readonly keyId: string;
  readonly arn: string;
  readonly path: string;
  readonly keyIdKind: KeyIdKind;
  /** 16 bytes, the binary form of the id. */
  readonly keyIdBytes: Uint8Array;
  readonly sealed: SealedRecord;
  readonly record: KeyRecord;
  /** Newest first: most ciphertexts want the newest. Never empty. */
  readonly materials: readonly KeyMaterial[];
  /** Used again since it came into the cache, or since the cache last looked for room. */
  recentlyUsed = false;
  /** False once the cache let go of the key; its handles are disposed of. */
  cached = true;

  constructor({ account, region, keyId }: KeyLocation, sealed: SealedRecord) {
    const { kind, bytes } = parseKeyId(keyId);
    this.account = account;
    this.region = region;
    this.keyId = keyId;
    this.arn = keyArn(account, region, keyId);
    this.path = keyPath(account, region, keyId);
    this.keyIdKind = kind;
    this.keyIdBytes = bytes;
    this.sealed = sealed;
    this.record = decodeKeyRecord(sealed.value);
    this.materials = this.record.keyMaterials.map(toMaterial).reverse();
  }

  /** The material that new ciphertexts are made with. */
  get currentMaterial(): KeyMaterial {
    return this.materials[0] as KeyMaterial;
  }

  /** True when the bytes at the offset are this key's id. */
  hasId(kind: KeyIdKind, bytes: Uint8Array, offset: number): boolean {
    return kind === this.keyIdKind && startsWith(this.keyIdBytes, bytes, offset, keyIdSizeBytes);
  }
}

/** True when the material's id begins with the bytes at the offset. */
export function materialIdStartsWith(
  { keyMaterialIdBytes }: KeyMaterial,
  bytes: Uint8Array,
  offset: number,
  sizeBytes: number,
): boolean {
  return startsWith(keyMaterialIdBytes, bytes, offset, sizeBytes);
}

function startsWith(
  whole: Uint8Array,
  bytes: Uint8Array,
  offset: number,
  sizeBytes: number,
): boolean {
  for (let i = 0; i < sizeBytes; i++) if (whole[i] !== bytes[offset + i]) return false;
  return true;
}

function toMaterial({ keyMaterialId, wrapped }: KeyMaterialRecord): KeyMaterial {
  return {
    keyMaterialId,
    keyMaterialIdBytes: new Uint8Array(Buffer.from(keyMaterialId, 'hex')),
    wrapped: new Uint8Array(Buffer.from(wrapped, 'base64')),
    handle: undefined,
  };
}
