// DataKeyCache: data keys that serve more than one message or box, in locked memory, within limits.
//
// Data keys are shared only between uses by one KMS client, of one KMS key, with one encryption
// context and for one purpose. With the KMS of this process every use is authorized again, so that
// a disabled key, a changed policy and a revoked grant count at once; with a remote KMS the limits
// alone bound how long they do not.

import { KeysteadError } from '../errors.js';
import { DataKey, requireOptions } from '../hsm/index.js';
import type { MaybePromise } from '../maybe_promise.js';
import type { EncryptionContext } from '../types.js';
import { demand, isKeyName } from './arguments.js';
import { cacheKey } from './cache_key.js';
import { cacheLimitNames, checkCacheLimits, type DataKeyCacheLimits } from './cache_limits.js';
import { CachedMaterials, type CacheRequest, type CacheReuse } from './cached_materials.js';
import { isKeyArn, KeyFilter } from './key_filter.js';
import { KmsKeyring } from './keyring.js';
import type { KmsAccess, OpenRequest } from './kms_access.js';
import { kmsOf } from './kms_of.js';
import {
  DecryptionMaterials,
  type EncryptionMaterials,
  type Lease,
  type Materials,
} from './materials.js';
import { readContext } from './message_context.js';
import { PastUse } from './past_use.js';
import type { AwsKms } from './remote_kms.js';

/** What {@link DataKeyCache} takes. */
export interface DataKeyCacheOptions extends DataKeyCacheLimits {
  /** The KMS client of {@link DataKeyCache.get} and {@link DataKeyCache.open}. */
  readonly kms?: AwsKms | undefined;
}

/** What {@link DataKeyCache.get} takes. */
export interface CachedDataKeyRequest {
  /** A key id, key ARN, alias name or alias ARN. */
  readonly keyId: string;
  readonly encryptionContext?: EncryptionContext | undefined;
  /** Plaintext bytes that will be encrypted with it; default 0. They count against `maxBytes`. */
  readonly bytes?: number | undefined;
  /** Default: the client of the cache. */
  readonly kms?: AwsKms | undefined;
}

/** A data key that a cache may hand out again. */
export interface CachedDataKey {
  /**
   * The caller's own handle: dispose of it after use. Its memory is wiped when the cache has let go
   * of it, too.
   */
  readonly dataKey: DataKey;
  /** What to store beside each box: {@link CachedOpenRequest.encryptedDataKey}. */
  readonly encryptedDataKey: Uint8Array;
  /** The ARN of the KMS key that wrapped it. */
  readonly keyId: string;
}

/** What {@link DataKeyCache.open} takes. */
export interface CachedOpenRequest {
  readonly encryptedDataKey: Uint8Array;
  readonly encryptionContext?: EncryptionContext | undefined;
  /** Only this key may open it. */
  readonly keyId: string;
  /** Default: the client of the cache. */
  readonly kms?: AwsKms | undefined;
}

const dataKeySizeBytes = 32;

export class DataKeyCache {
  readonly #cached: CachedMaterials;
  readonly #kms: AwsKms | undefined;

  /** @throws KeysteadError `ERR_INVALID_ARGUMENT` */
  constructor(options: DataKeyCacheOptions = {}) {
    requireOptions(options, [...cacheLimitNames, 'kms']);
    this.#cached = new CachedMaterials(checkCacheLimits(options));
    if (options.kms !== undefined) kmsOf(options.kms);
    this.#kms = options.kms;
  }

  /** Data keys that are kept now. */
  get size(): number {
    return this.#cached.size;
  }

  /**
   * A data key to make boxes with, new or used before. Each call counts as one message.
   *
   * @throws KeysteadError `ERR_INVALID_ARGUMENT`, `ERR_KMS_ANSWER`; whatever GenerateDataKey throws
   */
  async get(request: CachedDataKeyRequest): Promise<CachedDataKey> {
    requireOptions(request, ['keyId', 'encryptionContext', 'bytes', 'kms']);
    const { keyId, encryptionContext, bytes = 0 } = request;
    demand(isKeyName(keyId), '`keyId` must name a KMS key');
    demand(Number.isSafeInteger(bytes) && bytes >= 0, '`bytes` must be an integer of 0 or more');
    const { access, callerId } = kmsOf(this.#kmsOf(request));
    const context = readContext(encryptionContext);
    const keyring = new KmsKeyring(
      access,
      { generator: keyId, further: [] },
      new KeyFilter([], false),
    );
    const lease = await this.lease<EncryptionMaterials>({
      key: cacheKey('box', `${callerId}`, keyId, context.bytes),
      cost: { messages: 1, bytes },
      make: () => keyring.newMaterials(context),
    });
    return lend(lease, ({ dataKey, encryptedDataKeys: [wrapped], uses: [use] }) => ({
      dataKey: DataKey.adopt(dataKey.share()),
      encryptedDataKey: Uint8Array.from(wrapped?.ciphertext as Uint8Array),
      keyId: use?.keyArn as string,
    }));
  }

  /**
   * Opens an encrypted data key of {@link DataKeyCache.get}, or hands out again what was opened
   * before. `maxMessages` and `maxBytes` do not count here.
   *
   * @throws KeysteadError `ERR_INVALID_ARGUMENT`, `ERR_KMS_ANSWER`; whatever Decrypt throws
   */
  async open(request: CachedOpenRequest): Promise<Omit<CachedDataKey, 'encryptedDataKey'>> {
    requireOptions(request, ['encryptedDataKey', 'encryptionContext', 'keyId', 'kms']);
    const { keyId } = request;
    demand(isKeyName(keyId), '`keyId` must name a KMS key');
    demand(request.encryptedDataKey instanceof Uint8Array, '`encryptedDataKey` must be bytes');
    const encryptedDataKey = Uint8Array.from(request.encryptedDataKey);
    const { access, callerId } = kmsOf(this.#kmsOf(request));
    const { pairs: encryptionContext, bytes } = readContext(request.encryptionContext);
    const toOpen = { keyId, encryptionContext };
    const lease = await this.lease<DecryptionMaterials>({
      key: cacheKey('open', `${callerId}`, keyId, encryptedDataKey, bytes),
      cost: { messages: 0, bytes: 0 },
      make: () => openMaterials(access, { ...toOpen, encryptedDataKey }),
    });
    return lend(lease, ({ dataKey, keyArn }) => ({
      dataKey: DataKey.adopt((dataKey as DataKey).share()),
      keyId: keyArn,
    }));
  }

  /** Forgets all data keys; each is wiped when its last use ends. The cache can be used on. */
  clear(): void {
    this.#cached.clear();
  }

  /** As {@link DataKeyCache.clear}, for `using`. */
  [Symbol.dispose](): void {
    this.clear();
  }

  /** @internal For Envelope: {@link CachedMaterials.lease}. */
  lease<M extends Materials>(request: CacheRequest<M>): MaybePromise<Lease<M>> {
    return this.#cached.lease(request);
  }

  /** @internal For Envelope: {@link CachedMaterials.reuse}. */
  reuse<M extends Materials>(use: CacheReuse<M>): MaybePromise<Lease<M> | undefined> {
    return this.#cached.reuse(use);
  }

  #kmsOf({ kms = this.#kms }: { readonly kms?: AwsKms | undefined }): AwsKms {
    demand(kms !== undefined, 'there is no `kms`, neither in the request nor in the cache');
    return kms;
  }
}

async function openMaterials(
  kms: KmsAccess,
  { encryptedDataKey, ...request }: Omit<OpenRequest, 'sizeBytes'>,
): Promise<DecryptionMaterials> {
  const sizeBytes = dataKeySizeBytes;
  const opened = await kms.openDataKey({ ...request, encryptedDataKey, sizeBytes });
  const { dataKey, keyId: keyArn } = opened;
  if (isKeyArn(request.keyId) && keyArn !== request.keyId) {
    dataKey.dispose();
    throw new KeysteadError('ERR_KMS_ANSWER', 'the KMS answered with the data key of another key');
  }
  const uses = [new PastUse(kms, 'OpenDataKey', request, keyArn)];
  return new DecryptionMaterials(dataKey, keyArn, request.encryptionContext, uses);
}

function lend<M extends Materials, T>(lease: Lease<M>, use: (materials: M) => T): T {
  try {
    return use(lease.materials);
  } finally {
    lease.release();
  }
}
