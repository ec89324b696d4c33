// The HSM: the only part of the library that talks to the addon. Key handles in, key handles out.

import type { DataKeyHandle } from './addon.js';
import { DataKey } from './data_key.js';

export type {
  Addon,
  Argon2idCost,
  AuditKeyHandle,
  CreatedAccessKey,
  CreatedKmsKey,
  DataKeyHandle,
  EpochFileHandle,
  KmsKeyHandle,
  RootKeyHandle,
  SigningKeyHandle,
} from './addon.js';
export { boxOverheadBytes, DataKey } from './data_key.js';
export { takeEmptiedHandle, takeEmptiedHandles } from './emptied_handles.js';
export { addon } from './native_addon.js';
export { allocateCiphertext } from './output_pool.js';
export {
  configureSecureMemory,
  type NativeInfo,
  nativeInfo,
  requireLockedMemory,
  reseed,
  type SecureMemoryOptions,
} from './secure_memory.js';

/** The DataKey of a handle that the addon gave. */
export function dataKeyFromHandle(handle: DataKeyHandle): DataKey {
  return DataKey.fromHandle(handle);
}
