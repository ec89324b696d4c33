// Access keys as an endpoint sees them: which principal an access key id belongs to, whether it may
// be used, and whether a request was signed with its secret, which stays inside the HSM.

import type { Identity } from '../operations/operation.js';

/** For what a SigV4 signing key is good: the credential scope without its `aws4_request`. */
export interface SigningScope {
  /** `20260102` */
  readonly date: string;
  readonly region: string;
  /** `kms`, `iam`, `sts` */
  readonly service: string;
}

/** An access key that may be used now. Good for one request: ask again for the next. */
export interface UsableCredential {
  readonly status: 'ok';
  readonly accessKeyId: string;
  /** 12 digits: the account of its principal. */
  readonly account: string;
  /** The ARN of the account's root, the user or the role session: what texts and events name. */
  readonly arn: string;
  /** Who asks, for operations and for IAM. */
  readonly identity: Identity;
  /**
   * Whether the string was signed with the access key's secret. Compares in constant time.
   *
   * @param stringToSign - the SigV4 string to sign
   * @param signature - 64 hexadecimal digits in lower case; anything else is no signature
   */
  verify(scope: SigningScope, stringToSign: string, signature: string): boolean;
}

/**
 * An access key that may not be used. `unknown`: there is none, or its session token is missing, not
 * its own, of another store, or of a role that is gone (AWS: UnrecognizedClientException or
 * InvalidClientTokenId). `inactive`: switched off (the same errors). `expired`: a session whose time
 * is over (ExpiredTokenException).
 */
export interface RefusedCredential {
  readonly status: 'unknown' | 'inactive' | 'expired';
}

export type FoundCredential = UsableCredential | RefusedCredential;

/** The access keys of a store, as they are now: true at the very next request after a change. */
export interface CredentialFinder {
  /**
   * What is known without asking the store; undefined: {@link CredentialFinder.load} it.
   *
   * @param accessKeyId - `AKIA…` of a user or of an account's root, `ASIA…` of a session
   * @param sessionToken - X-Amz-Security-Token, with a session's access key only
   */
  current(accessKeyId: string, sessionToken: string | undefined): FoundCredential | undefined;
  /** @throws KeysteadError ERR_STORE, ERR_STORE_CORRUPT */
  load(accessKeyId: string, sessionToken: string | undefined): Promise<FoundCredential>;
}
