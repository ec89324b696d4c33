// Who sends a request: its Signature Version 4 checked, every rule of it, down to the signature
// itself, which the HSM verifies.

import type { CredentialFinder, FoundCredential, UsableCredential } from '../iam/credentials.js';
import { type MaybePromise, whenThere } from '../maybe_promise.js';
import type { Authorization } from './authorization.js';
import { parseAuthorization } from './authorization.js';
import { canonicalRequest, canonicalUri, stringToSign } from './canonical_request.js';
import type { ExpectedScope } from './credential_scope.js';
import { checkScope } from './credential_scope.js';
import type { HeaderList } from './header_list.js';
import { parseQuery } from './query_string.js';
import { checkSigningTime } from './signing_time.js';
import { WireError } from './wire_error.js';

/** A request as its signature sees it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** What a verified signature tells. */
export interface Authenticated {
  readonly credential: UsableCredential;
  readonly region: string;
}

/**
 * @param expected - the service whose operation is called, and the Region that is served
 * @param nowMs - milliseconds since 1970
 * @returns at once when the access key is known without asking the store
 * @throws WireError, or rejects with it: MissingAuthenticationTokenException,
 * IncompleteSignatureException, InvalidSignatureException, UnrecognizedClientException,
 * ExpiredTokenException
 */
export function authenticate(
  request: SignedRequest,
  expected: ExpectedScope,
  credentials: CredentialFinder,
  nowMs: number,
): MaybePromise<Authenticated> {
  const [path, queryText] = splitTarget(request.target);
  const query = parseQuery(queryText, '+');
  if (query === undefined) throw refused('The query string is not percent-encoded UTF-8.');
  const authorization = parseAuthorization(request.headers, query);
  const { scope, time, expiresSeconds, accessKeyId, sessionToken } = authorization;
  checkScope(scope, time, expected);
  checkSigningTime(time, nowMs, expiresSeconds);
  checkSignedHeaders(request.headers, authorization.signedHeaders.names);
  const admit = (found: FoundCredential): Authenticated => {
    const credential = usable(found);
    verify(canonicalOf(request, path, authorization), authorization, credential);
    return { credential, region: scope.region };
  };
  const known = credentials.current(accessKeyId, sessionToken);
  return whenThere(known ?? credentials.load(accessKeyId, sessionToken), admit);
}

function canonicalOf(
  { method, headers, body }: SignedRequest,
  path: string,
  { query, signedHeaders }: Authorization,
): string {
  return canonicalRequest({ method, uri: canonicalUri(path), query, headers, signedHeaders, body });
}

/** Path and query of a request's target. */
export function splitTarget(target: string): readonly [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

/**
 * Whatever a signature does not cover, somebody on the way could have changed: the host and all that
 * AWS gives a meaning must be covered.
 */
function checkSignedHeaders(headers: HeaderList, signed: readonly string[]): void {
  if (!signed.includes('host')) {
    throw refused("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const unsigned = headers.names.ofAws.find((name) => !signed.includes(name));
  if (unsigned === undefined) return;
  throw refused(`There were headers present in the request which were not signed: ${unsigned}`);
}

function usable(found: FoundCredential): UsableCredential {
  switch (found.status) {
    case 'ok':
      return found;
    case 'expired':
      throw new WireError(
        'ExpiredTokenException',
        'The security token included in the request is expired',
      );
    default:
      throw new WireError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
  }
}

function verify(
  canonical: string,
  { scope, time, signature }: Authorization,
  credential: UsableCredential,
): void {
  const toSign = stringToSign(time.text, scope.text, canonical);
  if (credential.verify(scope, toSign, signature)) return;
  // AWS shows both: whoever signs wrongly finds the difference, and learns nothing of the secret.
  throw refused(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n' +
      `The Canonical String for this request should have been\n'${canonical}'\n\n` +
      `The String-to-Sign should have been\n'${toSign}'\n`,
  );
}

function refused(text: string): WireError {
  return new WireError('InvalidSignatureException', text);
}
