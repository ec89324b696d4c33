// The public face: re-exports, nothing else.

export type { AuditEvent } from './audit/event.js';
export type { AuditFileReport, AuditFinding, AuditReport } from './audit/verify.js';
export type { KmsClientOptions, PolicyDocument } from './client_options.js';
export type * from './enumerations.js';
export type {
  DecryptedMessage,
  DecryptFileOptions,
  DecryptOptions,
  DecryptRangeOptions,
  DecryptStreamOptions,
  DecryptWebStreamOptions,
  EncryptFileOptions,
  EncryptOptions,
  EncryptStreamOptions,
  MessageInfo,
} from './envelope/call_options.js';
export {
  type CiphertextBlobInfo,
  inspectCiphertextBlob,
} from './envelope/ciphertext_blob.js';
export type { CommitmentPolicy } from './envelope/commitment_policy.js';
export {
  type CachedDataKey,
  type CachedDataKeyRequest,
  type CachedOpenRequest,
  DataKeyCache,
  type DataKeyCacheOptions,
} from './envelope/data_key_cache.js';
export { Envelope } from './envelope/envelope.js';
export type { EnvelopeOptions } from './envelope/envelope_options.js';
export {
  inspectMessage,
  inspectMessageFile,
  type MessageFileSummary,
  type MessageSummary,
} from './envelope/inspect_message.js';
export type { Discovery } from './envelope/key_filter.js';
export type { DecryptStream, MessageTransform } from './envelope/node_stream.js';
export type { AwsKms } from './envelope/remote_kms.js';
export type { MessageWebTransform } from './envelope/web_stream.js';
export {
  IamError,
  type IamErrorCode,
  KeysteadError,
  type KeysteadErrorCode,
  KmsError,
  type KmsErrorCode,
} from './errors.js';
export {
  boxOverheadBytes,
  configureSecureMemory,
  DataKey,
  type JobProgress,
  type NativeInfo,
  nativeInfo,
  reseed,
  type SecureMemoryOptions,
} from './hsm/index.js';
export type { IamClient, StsClient } from './iam/iam_client.js';
export type * as Iam from './iam/types.js';
export type { DueReport } from './keys/due_jobs.js';
export type { RootKeySource } from './keys/root_key.js';
export { type ExplainQuestion, Kms } from './kms.js';
export type { KmsClient } from './kms_client.js';
export type { KmsOpenOptions } from './kms_options.js';
export type { ExplainedDecision } from './operations/explain.js';
export {
  type ConnectionInfo,
  createHandler,
  type GivenConnection,
  type HandlerOptions,
  type KmsHandler,
  type KmsServer,
  type ServedRequest,
  type ServeOptions,
  type ServiceName,
  serve,
  type TlsOptions,
} from './server/index.js';
export type * from './types.js';
