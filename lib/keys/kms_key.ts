// A KMS key in use: its record, taken apart once, and the HSM handles of the materials that were
// needed so far.

import { keyArn } from '../arn.js';
import type { CompiledPolicy, Principal, Resource } from '../authorization/index.js';
import { keyResource } from '../authorization/index.js';
import type { KmsKeyHandle } from '../hsm/index.js';
import type { KeyIdKind } from '../key_id.js';
import { keyIdSizeBytes, parseKeyId } from '../key_id.js';
import type { SealedRecord } from '../store/sealed_store.js';
import { GrantSet } from './grant_set.js';
import { compileKeyPolicy } from './key_policy.js';
import type { KeyMaterialRecord, KeyRecord } from './key_record.js';
import { completeKeyRecord, decodeKeyRecord, keyPath } from './key_record.js';

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
  readonly policy: CompiledPolicy;
  readonly grants: GrantSet;
  /**
   * The generation of the cache in which the record was last compared with the store: see
   * {@link KeyCache}.
   */
  generation = -1;
  readonly #resource: Resource;
  /** Used again since it came into the cache, or since the cache last looked for room. */
  recentlyUsed = false;
  /** False once the cache let go of the key; its handles are disposed of. */
  cached = true;

  constructor(
    { account, region, keyId }: KeyLocation,
    sealed: SealedRecord,
    grants: GrantSet = GrantSet.empty,
  ) {
    const { kind, bytes } = parseKeyId(keyId);
    this.account = account;
    this.region = region;
    this.keyId = keyId;
    this.arn = keyArn(account, region, keyId);
    this.path = keyPath(account, region, keyId);
    this.keyIdKind = kind;
    this.keyIdBytes = bytes;
    this.sealed = sealed;
    this.record = completeKeyRecord(decodeKeyRecord(sealed.value), account);
    this.materials = this.record.keyMaterials.map(toMaterial).reverse();
    this.grants = grants;
    this.policy = compileKeyPolicy(this.record.policy, this.record.policyBindings);
    this.#resource = toResource(this.arn, account, this.policy, this.record);
  }

  /** The material that new ciphertexts are made with. */
  get currentMaterial(): KeyMaterial {
    return this.materials[0] as KeyMaterial;
  }

  /** What is decided upon when the principal asks: the key with those grants that can name it. */
  resourceFor(principal: Principal): Resource {
    if (this.record.grantCount === 0) return this.#resource;
    return { ...this.#resource, grants: this.grants.grantsFor(principal) };
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

function toResource(
  arn: string,
  account: string,
  policy: CompiledPolicy,
  record: KeyRecord,
): Resource {
  return keyResource(arn, account, {
    policy,
    tags: Object.fromEntries(record.tags),
    keys: {
      ...keySpecValues(record),
      'kms:ResourceAliases': record.aliasNames,
    },
  });
}

/** What conditions can ask of a key, and of the key that a CreateKey asks for. */
export function keySpecValues({
  keySpec,
  keyUsage,
  origin,
}: Pick<KeyRecord, 'keySpec' | 'keyUsage' | 'origin'>): Readonly<Record<string, string>> {
  return {
    'kms:KeySpec': keySpec,
    'kms:CustomerMasterKeySpec': keySpec,
    'kms:KeyUsage': keyUsage,
    'kms:CustomerMasterKeyUsage': keyUsage,
    'kms:KeyOrigin': origin,
    'kms:MultiRegion': 'false',
  };
}
