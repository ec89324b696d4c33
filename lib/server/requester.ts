// Who sends a request, as the endpoint's two doors tell: by Signature Version 4, or not at all.

import type { ConditionValues } from '../authorization/index.js';
import { whenThere } from '../maybe_promise.js';
import type { Authenticated } from './authenticate.js';
import { authenticate } from './authenticate.js';
import type { Backend, Requester } from './backend.js';
import { isLoopback } from './loopback.js';
import type { RequestInProgress, ServedRequest } from './served_request.js';
import type { Authenticator, WireCall } from './wire_call.js';
import { WireError } from './wire_error.js';

/** @param region - the only one that is served; undefined: any */
export function signedRequesters(backend: Backend, region: string | undefined): Authenticator {
  return (call, service) => {
    const { progress } = call;
    const requesterOf = ({ credential, region: signedFor }: Authenticated): Requester => {
      const { identity, account, arn, accessKeyId } = credential;
      const keys = connectionKeys(progress, signedFor);
      return { identity, account, arn, accessKeyId, region: signedFor, keys };
    };
    const expected = { service, region };
    const { credentials } = backend;
    return whenThere(authenticate(call, expected, credentials, backend.nowMs()), requesterOf);
  };
}

const anyScope = /Credential=[^/,\s]*\/\d{8}\/((?:[a-z]+-){2,3}\d+)\/[a-z]+\/aws4_request/;

/**
 * Everybody is the account's root. Only programs on the machine itself are served, and no web page
 * that somebody's browser shows there: what it POSTs comes with an Origin, or by a name of its own. Its
 * images and links come with neither, by GET.
 */
export function unsignedRequesters(backend: Backend, region: string | undefined): Authenticator {
  return (call) => {
    checkLocal(call);
    const claimed = anyScope.exec(call.headers.get('authorization') ?? '')?.[1];
    const served = region ?? claimed ?? backend.region;
    const keys = connectionKeys(call.progress, served);
    return { ...backend.root, accessKeyId: undefined, region: served, keys };
  };
}

function checkLocal({ method, headers, progress }: WireCall): void {
  const { sourceIp } = progress.connection;
  const name = (headers.get('host') ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const isLocal = sourceIp !== undefined && isLoopback(sourceIp);
  const isOfPage = method !== 'POST' || headers.get('origin') !== undefined;
  if (isLocal && isLoopback(name) && !isOfPage) return;
  throw new WireError(
    'UnrecognizedClientException',
    'without authentication, only programs on the machine itself are served',
  );
}

/** Writes down who it is. */
export function noteRequester(
  progress: RequestInProgress,
  { account, arn, accessKeyId, region }: Requester,
): void {
  progress.account = account;
  progress.principalArn = arn;
  progress.accessKeyId = accessKeyId;
  progress.region = region;
}

/**
 * The request id by which the audit trail tells of the request, when there is one, is the one that the
 * client is told.
 *
 * @param told - what an operation returned or threw
 */
export function noteRequestId(progress: RequestInProgress, told: unknown): void {
  const { $metadata } = (told ?? {}) as { $metadata?: { requestId?: string } };
  if ($metadata?.requestId !== undefined) progress.requestId = $metadata.requestId;
}

function connectionKeys({ connection, userAgent }: ServedRequest, region: string): ConditionValues {
  return {
    'aws:SourceIp': connection.sourceIp,
    'aws:SecureTransport': String(connection.secureTransport),
    'aws:UserAgent': userAgent,
    'aws:RequestedRegion': region,
  };
}
