// Every error that Keystead throws. Operations throw KmsError with AWS's exception name; everything
// else is a KeysteadError with a code from one list.

/** The codes of {@link KeysteadError}. */
export type KeysteadErrorCode =
  | 'ERR_INVALID_ARGUMENT'
  | 'ERR_INVALID_HANDLE'
  | 'ERR_DISPOSED'
  | 'ERR_DECRYPTION_FAILED'
  | 'ERR_INVALID_MESSAGE'
  | 'ERR_MESSAGE_LIMIT'
  | 'ERR_SIGNED_MESSAGE'
  | 'ERR_NOT_COMMITTING'
  | 'ERR_ENCRYPTION_CONTEXT'
  | 'ERR_KMS_ANSWER'
  | 'ERR_FILE'
  | 'ERR_FILE_EXISTS'
  | 'ERR_ABORTED'
  | 'ERR_SECURE_MEMORY'
  | 'ERR_OUT_OF_MEMORY'
  | 'ERR_FORKED'
  | 'ERR_ROOT_KEY'
  | 'ERR_STORE_CORRUPT'
  | 'ERR_STORE'
  | 'ERR_AUDIT'
  | 'ERR_CLOSED'
  | 'ERR_CRYPTO'
  | 'ERR_UNSUPPORTED_PLATFORM';

/** Misuse of the library, or a failure of its ground: memory, root key, store. */
export class KeysteadError extends Error {
  override readonly name = 'KeysteadError';
  readonly code: KeysteadErrorCode;

  constructor(code: KeysteadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True for the one opaque failure of every decryption. */
export function isDecryptionFailure(error: unknown): boolean {
  return error instanceof KeysteadError && error.code === 'ERR_DECRYPTION_FAILED';
}

/**
 * AWS KMS's exception names and the HTTP status each is sent with: only faults of the service
 * itself are 500.
 */
export const kmsErrorStatusCodes = {
  AccessDeniedException: 400,
  AlreadyExistsException: 400,
  ConflictException: 400,
  DependencyTimeoutException: 500,
  DisabledException: 400,
  DryRunOperationException: 400,
  IncorrectKeyException: 400,
  InvalidAliasNameException: 400,
  InvalidArnException: 400,
  InvalidCiphertextException: 400,
  InvalidGrantIdException: 400,
  InvalidGrantTokenException: 400,
  InvalidKeyUsageException: 400,
  InvalidMarkerException: 400,
  KMSInternalException: 500,
  KMSInvalidMacException: 400,
  KMSInvalidSignatureException: 400,
  KMSInvalidStateException: 400,
  KeyUnavailableException: 500,
  LimitExceededException: 400,
  MalformedPolicyDocumentException: 400,
  NotAuthorizedException: 400,
  NotFoundException: 400,
  SerializationException: 400,
  TagException: 400,
  ThrottlingException: 400,
  UnsupportedOperationException: 400,
  ValidationException: 400,
} as const;

/** The exception names that an operation can fail with. */
export type KmsErrorCode = keyof typeof kmsErrorStatusCodes;

/** The failure of an operation, in the form in which the AWS SDK for JavaScript throws it. */
export class KmsError extends Error {
  /** AWS's exception name. */
  override readonly name: KmsErrorCode;
  /** The same name, for code that looks at `code`. */
  readonly code: KmsErrorCode;
  /** Whose fault it is. */
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: KmsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    const httpStatusCode = kmsErrorStatusCodes[code];
    this.name = code;
    this.code = code;
    this.$fault = httpStatusCode < 500 ? 'client' : 'server';
    this.$metadata = { httpStatusCode };
  }
}

/** The codes of IAM's and STS's errors on the wire, and the HTTP status each is sent with. */
export const iamErrorStatusCodes = {
  AccessDenied: 403,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  InvalidInput: 400,
  LimitExceeded: 409,
  MalformedPolicyDocument: 400,
  NoSuchEntity: 404,
  ServiceFailure: 500,
  UnsupportedOperation: 400,
  ValidationError: 400,
} as const;

/** The codes that a call to IAM or STS can fail with. */
export type IamErrorCode = keyof typeof iamErrorStatusCodes;

/** The failure of a call to IAM or STS. */
export class IamError extends Error {
  /** AWS's code. */
  override readonly name: IamErrorCode;
  /** The same, for code that looks at `code`. */
  readonly code: IamErrorCode;
  /** Whose fault it is. */
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: IamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    const httpStatusCode = iamErrorStatusCodes[code];
    this.name = code;
    this.code = code;
    this.$fault = httpStatusCode < 500 ? 'client' : 'server';
    this.$metadata = { httpStatusCode };
  }
}
