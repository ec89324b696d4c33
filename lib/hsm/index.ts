// The HSM: the only part of the library that talks to the addon. Key handles in, key handles out.

import type { DataKeyHandle } from './addon.js';
import { DataKey } from './data_key.js';
import type { MessageDataKeyHandle } from './message_addon.js';
import { MessageDataKey } from './message_key.js';

export type {
  Addon,
  Argon2idCost,
  AuditKeyHandle,
  CreatedAccessKey,
  CreatedKmsKey,
  DataKeyHandle,
  EpochFileHandle,
  FileLockHandle,
  KmsKeyHandle,
  RootKeyHandle,
  SigningKeyHandle,
} from './addon.js';
export { boxOverheadBytes, DataKey } from './data_key.js';
export { takeEmptiedHandle, takeEmptiedHandles } from './emptied_handles.js';
export type { MessageDataKeyHandle } from './message_addon.js';
export { type DecryptFileOptions, type DecryptRangeOptions, MessageFile } from './message_file.js';
export {
  defaultMessageLimits,
  type EncryptedDataKey,
  MessageHeader,
  type MessageLimits,
  parseMessageHeader,
  serializeEncryptedDataKeys,
} from './message_header.js';
export { type JobProgress, MessageJob } from './message_job.js';
export { MessageDataKey, SigningKey } from './message_key.js';
export {
  type DecryptMessageOptions,
  decryptMessage,
  decryptMessageAsync,
  decryptMessageInto,
} from './message_reader.js';
export {
  MessageDecryptor,
  type MessageDecryptorOptions,
  MessageEncryptor,
} from './message_stream.js';
export {
  defaultFrameLengthBytes,
  type FileJobOptions,
  MessageWriter,
  type MessageWriterOptions,
} from './message_writer.js';
export { addon } from './native_addon.js';
export { requireOptions } from './options.js';
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

/** The MessageDataKey of a handle that the addon gave. */
export function messageDataKeyFromHandle(handle: MessageDataKeyHandle): MessageDataKey {
  return MessageDataKey.fromHandle(handle);
}

/** The handle of a DataKey, for the addon. */
export function handleOfDataKey(dataKey: DataKey): DataKeyHandle {
  return DataKey.handleOf(dataKey);
}
