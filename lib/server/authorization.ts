// What a request says of its signature, in the Authorization header or, presigned, in its query.

import type { SignedHeaders } from './canonical_request.js';
import { signingAlgorithm } from './canonical_request.js';
import type { Credential } from './credential_scope.js';
import { parseCredential } from './credential_scope.js';
import type { HeaderList } from './header_list.js';
import { Memo } from './memo.js';
import type { Pair } from './query_string.js';
import type { SigningTime } from './signing_time.js';
import { parseSigningTime } from './signing_time.js';
import { WireError } from './wire_error.js';

/** A signature, and what it claims to be over. */
export interface Authorization extends Credential {
  readonly signedHeaders: SignedHeaders;
  /** As it came; the HSM compares it. */
  readonly signature: string;
  readonly time: SigningTime;
  /** Of a presigned request: for how long it is good. */
  readonly expiresSeconds: number | undefined;
  readonly sessionToken: string | undefined;
  /** The query without the signature, which is not over itself. */
  readonly query: readonly Pair[];
}

/** A week: the longest that a presigned request may be good. */
const expiresSecondsMax = 604_800;
const once = [
  'authorization',
  'host',
  'x-amz-date',
  'date',
  'x-amz-security-token',
  'x-amz-target',
];

/**
 * @param query - decoded
 * @throws WireError MissingAuthenticationTokenException, IncompleteSignatureException
 */
export function parseAuthorization(headers: HeaderList, query: readonly Pair[]): Authorization {
  refuseDuplicates(headers);
  const header = headers.get('authorization');
  if (header !== undefined) return fromHeader(header, headers, query);
  if (query.some(([name]) => name === 'X-Amz-Algorithm')) return fromQuery(query);
  throw new WireError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

/** Two readers of one request could pick different ones. */
function refuseDuplicates(headers: HeaderList): void {
  const twice = once.find((name) => headers.names.twice.includes(name));
  if (twice !== undefined) throw incomplete(`The header '${twice}' must not stand twice.`);
}

function fromHeader(header: string, headers: HeaderList, query: readonly Pair[]): Authorization {
  const parameters = parseParameters(header);
  const amzDate = headers.get('x-amz-date');
  const date = amzDate ?? headers.get('date');
  const { credential, signature, list } = parameters;
  if (!credential || !signature || !list || date === undefined)
    throw missingParts(parameters, date, header);
  const signedHeaders = parseSignedHeaders(list);
  // X-Amz-Date is among the headers that must be signed in any case.
  if (amzDate === undefined && !signedHeaders.names.includes('date')) {
    throw incomplete("'Date' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const { accessKeyId, scope } = parseCredential(credential);
  return {
    accessKeyId,
    scope,
    signedHeaders,
    signature,
    time: parseSigningTime(date),
    expiresSeconds: undefined,
    sessionToken: headers.get('x-amz-security-token'),
    query,
  };
}

function missingParts(
  { credential, signature, list }: HeaderParameters,
  date: string | undefined,
  header: string,
): WireError {
  const missing = Object.entries({
    Credential: credential,
    Signature: signature,
    SignedHeaders: list,
  })
    .filter(([, value]) => !value)
    .map(([name]) => `'${name}' parameter. `);
  if (date === undefined) missing.push("existence of either a 'X-Amz-Date' or a 'Date' header. ");
  const told = missing.map((part) => `Authorization header requires ${part}`);
  return incomplete(`${told.join('')}Authorization=${header}`);
}

/** The parameters of an Authorization header. */
interface HeaderParameters {
  readonly credential: string | undefined;
  readonly signature: string | undefined;
  /** SignedHeaders, as a text. */
  readonly list: string | undefined;
}

const signatureLength = 64;
/** All that a client's headers have in common, by their texts up to the signature. */
const knownStarts = new Memo<HeaderParameters>();

/**
 * `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. Where the signature stands last,
 * what is before it is read once.
 */
function parseParameters(header: string): HeaderParameters {
  const end = header.length - signatureLength;
  const start = header.slice(0, end);
  const signature = header.slice(end);
  // As a parameter of its own, not as the end of another name.
  if (/,[ ]?Signature=$/.test(start) && !signature.includes(',')) {
    const known = knownStarts.get(start) ?? knownStarts.keep(start, readParameters(start, header));
    return { ...known, signature };
  }
  return readParameters(header, header);
}

/** @param text - the header, or its start */
function readParameters(text: string, header: string): HeaderParameters {
  const space = text.indexOf(' ');
  const algorithm = space < 0 ? text : text.slice(0, space);
  const parameters = new Map<string, string>();
  const parts = space < 0 ? [] : text.slice(space + 1).split(',');
  for (const untrimmed of parts) {
    const part = untrimmed.trim();
    const equals = part.indexOf('=');
    if (equals < 0) {
      throw incomplete(
        `'${part}' not a valid key=value pair (missing equal-sign) in Authorization header: '${header}'.`,
      );
    }
    const name = part.slice(0, equals);
    if (parameters.has(name)) throw incomplete(`Authorization header has '${name}' twice.`);
    parameters.set(name, part.slice(equals + 1));
  }
  if (algorithm !== signingAlgorithm) throw unsupported(algorithm);
  return {
    credential: parameters.get('Credential'),
    signature: parameters.get('Signature'),
    list: parameters.get('SignedHeaders'),
  };
}

function fromQuery(query: readonly Pair[]): Authorization {
  const parameters = new Map<string, string>();
  for (const [name, value] of query.filter(([name]) => /^X-Amz-/i.test(name))) {
    if (parameters.has(name))
      throw incomplete(`AWS query-string parameter '${name}' stands twice.`);
    parameters.set(name, value);
  }
  const missing = ['Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature']
    .filter((name) => !parameters.get(`X-Amz-${name}`))
    .map((name) => `AWS query-string parameters must include 'X-Amz-${name}'. `);
  if (missing.length > 0)
    throw incomplete(`${missing.join('')}Re-examine the query-string parameters.`);
  const get = (name: string) => parameters.get(`X-Amz-${name}`) as string;
  if (get('Algorithm') !== signingAlgorithm) throw unsupported(get('Algorithm'));
  return {
    ...parseCredential(get('Credential')),
    signedHeaders: parseSignedHeaders(get('SignedHeaders')),
    signature: get('Signature'),
    time: parseSigningTime(get('Date')),
    expiresSeconds: parseExpires(get('Expires')),
    sessionToken: parameters.get('X-Amz-Security-Token'),
    query: query.filter(([name]) => name !== 'X-Amz-Signature'),
  };
}

/** A client signs the same headers each time. */
const knownLists = new Memo<SignedHeaders>();

function parseSignedHeaders(text: string): SignedHeaders {
  return knownLists.get(text) ?? knownLists.keep(text, readSignedHeaders(text));
}

function readSignedHeaders(text: string): SignedHeaders {
  const names = text.split(';');
  const isInOrder = names.every((name, i) => i === 0 || (names[i - 1] as string) < name);
  if (!isInOrder || text !== text.toLowerCase()) {
    throw incomplete(`SignedHeaders must be in lower case and in order, got '${text}'.`);
  }
  return { names, text };
}

function parseExpires(text: string): number {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= expiresSecondsMax) return seconds;
  throw incomplete(
    `X-Amz-Expires must be between 1 and ${expiresSecondsMax} seconds, got '${text}'.`,
  );
}

function unsupported(algorithm: string): WireError {
  return incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
}

function incomplete(text: string): WireError {
  return new WireError('IncompleteSignatureException', text);
}
