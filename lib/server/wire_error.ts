// Failures of the wire itself, before or around an operation: no signature, no such target, too long
// a body. Operations have KmsError, IAM has its own.

/**
 * The names, and the HTTP status each is sent with. All that a client does wrong is 400 on the JSON
 * services of AWS, but for what HTTP itself has a status for.
 */
const wireErrorStatusCodes = {
  ExpiredTokenException: 400,
  IncompleteSignatureException: 400,
  InvalidSignatureException: 400,
  MalformedQueryStringException: 400,
  MissingAuthenticationTokenException: 400,
  RequestEntityTooLargeException: 413,
  RequestHeaderSectionTooLargeException: 431,
  RequestTimeoutException: 408,
  SerializationException: 400,
  ServiceUnavailableException: 503,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
  UnsupportedMediaTypeException: 415,
} as const;

/** The names of {@link WireError}. */
export type WireErrorCode = keyof typeof wireErrorStatusCodes;

/** A request that never became the call of an operation. */
export class WireError extends Error {
  override readonly name: WireErrorCode;
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.name = code;
    this.code = code;
  }

  /** The HTTP status. */
  get status(): number {
    return wireErrorStatusCodes[this.code];
  }
}
