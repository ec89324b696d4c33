// What messages and the data-key cache ask of a KMS, whichever it is: data keys in, data keys out.

import type { DataKey, MessageDataKey } from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';

/** Under which key, bound to which encryption context. */
export interface DataKeyRequest {
  /** A key id, key ARN, alias name or alias ARN. */
  readonly keyId: string;
  readonly encryptionContext: EncryptionContext;
}

/** A data key under one KMS key, as it stands in a message. */
export interface WrappedDataKey {
  readonly encryptedDataKey: Uint8Array;
  /** The ARN of the KMS key. */
  readonly keyId: string;
}

/** A fresh data key with its encrypted form. */
export interface FreshDataKey extends WrappedDataKey {
  readonly dataKey: DataKey;
  /** The key material that wrapped it, where the KMS tells. */
  readonly keyMaterialId: string | undefined;
}

export interface OpenRequest extends DataKeyRequest {
  readonly encryptedDataKey: Uint8Array;
  /** 16, 24 or 32. */
  readonly sizeBytes: number;
}

export interface OpenedDataKey {
  /** A DataKey when it has 32 bytes. */
  readonly dataKey: DataKey | MessageDataKey;
  /** The ARN of the KMS key that opened it, as the KMS says. */
  readonly keyId: string;
}

/** As what a data key that is kept is about to be used again. */
export type DataKeyUse = 'NewDataKey' | 'WrapDataKey' | 'OpenDataKey';

/** What the key of an allowed use is now. */
export interface AllowedUse {
  /** The key ARN. */
  readonly keyId: string;
  /** The material that would wrap a data key now. */
  readonly keyMaterialId: string;
}

/**
 * Asks whether the use would be allowed now: at once, unless something must be waited for.
 *
 * @throws KmsError as the operation itself would
 */
export type UseCheck = () => AllowedUse | Promise<AllowedUse>;

export interface KmsAccess {
  newDataKey(request: DataKeyRequest): Promise<FreshDataKey>;
  /** Wraps a data key under a further KMS key. */
  wrapDataKey(dataKey: DataKey, request: DataKeyRequest): Promise<WrappedDataKey>;
  openDataKey(request: OpenRequest): Promise<OpenedDataKey>;
  /**
   * What asks whether the caller may use now what it was given before; undefined where the KMS
   * cannot be asked without asking for a data key.
   */
  readonly prepareUse: ((use: DataKeyUse, request: DataKeyRequest) => UseCheck) | undefined;
}
