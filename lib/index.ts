// The public face: re-exports, nothing else.

export {
  type CiphertextBlobInfo,
  inspectCiphertextBlob,
} from './envelope/ciphertext_blob.js';
export { KeysteadError, type KeysteadErrorCode, KmsError, type KmsErrorCode } from './errors.js';
export {
  boxOverheadBytes,
  configureSecureMemory,
  DataKey,
  type NativeInfo,
  nativeInfo,
  reseed,
  type SecureMemoryOptions,
} from './hsm/index.js';
export type { RootKeySource } from './keys/root_key.js';
export { Kms } from './kms.js';
export type { KmsClient } from './kms_client.js';
export type { KmsClientOptions, KmsOpenOptions } from './kms_options.js';
export type * from './types.js';
