// Requests signed by hand, so that a test can bend each part of them.

import { signHeaders } from '../../../bench/peers/sigv4_signer.mjs';
import { type Credentials, region } from './test_server.js';
import { send, targetHeaders, type WireAnswer } from './wire_client.js';

/** How a request is signed. */
export interface Signing {
  readonly credentials: Credentials;
  readonly service?: string;
  readonly timeMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The headers of a signed request to a server. */
export function signedHeaders(
  url: string,
  body: string,
  { credentials, service = 'kms', timeMs = Date.now(), headers = {} }: Signing,
): Record<string, string> {
  const all = { host: new URL(url).host, ...headers };
  const signer = { ...credentials, region, service, timeMs };
  return signHeaders({ method: 'POST', headers: all, body }, signer);
}

/** A signed call of KMS. */
export function callKms(
  url: string,
  operation: string,
  input: object,
  signing: Signing,
): Promise<WireAnswer> {
  const body = JSON.stringify(input);
  const headers = { ...targetHeaders(operation), ...signing.headers };
  return send(url, { headers: signedHeaders(url, body, { ...signing, headers }), body });
}

/** A signed call of IAM or STS. */
export function callQuery(
  url: string,
  service: 'iam' | 'sts',
  parameters: Readonly<Record<string, string>>,
  signing: Signing,
): Promise<WireAnswer> {
  const Version = service === 'iam' ? '2010-05-08' : '2011-06-15';
  const body = new URLSearchParams({ Version, ...parameters }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return send(url, { headers: signedHeaders(url, body, { ...signing, service, headers }), body });
}
