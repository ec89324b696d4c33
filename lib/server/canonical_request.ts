// The canonical request and the string to sign of AWS Signature Version 4.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import { hash } from 'node:crypto';
import type { HeaderList } from './header_list.js';
import { percentEncode } from './percent_encoding.js';
import type { Pair } from './query_string.js';

/** The one algorithm. */
export const signingAlgorithm = 'AWS4-HMAC-SHA256';

/** The headers that a signature is over. */
export interface SignedHeaders {
  /** In lower case and in order. */
  readonly names: readonly string[];
  /** The same with `;` between them. */
  readonly text: string;
}

/** What a signature is over. */
export interface RequestToSign {
  readonly method: string;
  /** As {@link canonicalUri} made it. */
  readonly uri: string;
  /** Decoded, without the signature itself. */
  readonly query: readonly Pair[];
  readonly headers: HeaderList;
  readonly signedHeaders: SignedHeaders;
  readonly body: Uint8Array;
}

/** The canonical request. */
export function canonicalRequest(request: RequestToSign): string {
  const { method, uri, query, headers, signedHeaders, body } = request;
  let lines = '';
  for (const name of signedHeaders.names) lines += `${name}:${headers.join(name, trimmed)}\n`;
  const queryText = query.length === 0 ? '' : canonicalQuery(query);
  return `${method}\n${uri}\n${queryText}\n${lines}\n${signedHeaders.text}\n${hash('sha256', body)}`;
}

/**
 * @param dateTime - `20150830T123600Z`
 * @param scope - `20150830/us-east-1/kms/aws4_request`
 */
export function stringToSign(dateTime: string, scope: string, canonical: string): string {
  return `${signingAlgorithm}\n${dateTime}\n${scope}\n${hash('sha256', canonical)}`;
}

/** The path of every service but S3: dot segments and empty segments resolved, then encoded. */
export function canonicalUri(path: string): string {
  return path === '/' ? path : encodePath(normalizePath(path));
}

/** RFC 3986 §5.2.4, and runs of slashes become one. */
export function normalizePath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  if (kept.length === 0) return '/';
  return `/${kept.join('/')}${/\/\.{0,2}$/.test(path) ? '/' : ''}`;
}

/** The path is encoded once more, whatever is encoded in it already. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => percentEncode(segment) ?? '')
    .join('/');
}

function canonicalQuery(query: readonly Pair[]): string {
  const encoded = query.map(
    ([name, value]) => [percentEncode(name) ?? '', percentEncode(value) ?? ''] as const,
  );
  encoded.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return encoded.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const anySpace = /\s/;
const spaces = /[ \t\r\n]{2,}|[\t\r\n]/g;

/** Ends trimmed, inner white space collapsed. */
function trimmed(value: string): string {
  return anySpace.test(value) ? value.trim().replace(spaces, ' ') : value;
}
