// What is known of a request while it is served: what the hooks of a handler, the metrics and an audit
// trail see.

/** The services of the endpoint, by the names that signatures are scoped to. */
export type ServiceName = 'kms' | 'iam' | 'sts';

/** How a request came. */
export interface ConnectionInfo {
  /** The client's address, as `aws:SourceIp` has it. */
  readonly sourceIp: string | undefined;
  /** Whether it came by TLS: `aws:SecureTransport`. */
  readonly secureTransport: boolean;
  readonly tlsVersion: string | undefined;
  readonly cipherSuite: string | undefined;
}

/** A request on its way through the endpoint; what is not known yet is undefined. */
export interface ServedRequest {
  /** A UUID, which the answer carries as `x-amzn-RequestId`. */
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly connection: ConnectionInfo;
  readonly userAgent: string | undefined;
  readonly host: string | undefined;
  readonly service: ServiceName | undefined;
  /** AWS's name; undefined when it names nothing that there is. */
  readonly operation: string | undefined;
  readonly account: string | undefined;
  readonly principalArn: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly region: string | undefined;
  /** Holds secrets, and is wiped when the answer is sent. */
  readonly input: Readonly<Record<string, unknown>> | undefined;
  /** Holds secrets, and is wiped when the answer is sent. */
  readonly output: Readonly<Record<string, unknown>> | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** The same, while it is filled in. */
export type RequestInProgress = { -readonly [Name in keyof ServedRequest]: ServedRequest[Name] };
