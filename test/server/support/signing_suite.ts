// The Signature Version 4 test suite of aws-c-auth: requests, and what must come of them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(
  process.env['KEYSTEAD_VECTORS'] || join(checkout, '../shared/vectors'),
  'sigv4/v4',
);

/** The names of the cases; empty where the vectors are absent. */
export const suiteNames: readonly string[] = existsSync(folder) ? readdirSync(folder).sort() : [];

const kinds = ['canonical-request', 'signature', 'signed-request', 'string-to-sign'];
const knownFiles = [
  'context.json',
  'request.txt',
  ...['header', 'query'].flatMap((form) => kinds.map((kind) => `${form}-${kind}.txt`)),
].sort();

/** The context of a case, as context.json has it. */
export interface SigningContext {
  readonly credentials: {
    readonly access_key_id: string;
    readonly secret_access_key: string;
    readonly token?: string;
  };
  readonly expiration_in_seconds: number;
  readonly normalize: boolean;
  readonly omit_session_token?: boolean;
  readonly region: string;
  readonly service: string;
  readonly sign_body: boolean;
  readonly timestamp: string;
}

const knownMembers = [
  'credentials',
  'expiration_in_seconds',
  'normalize',
  'omit_session_token',
  'region',
  'service',
  'sign_body',
  'timestamp',
];

/** What a signer is given, and what a verifier is sent, as text. */
export interface SuiteRequest {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface SuiteForm {
  readonly signed: SuiteRequest;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly signature: string;
}

export interface SuiteCase {
  readonly context: SigningContext;
  readonly header: SuiteForm;
  readonly query: SuiteForm;
}

/** Reads a case. Fails on a file or a member that this reader does not know. */
export function readSuiteCase(name: string): SuiteCase {
  const files = readdirSync(join(folder, name)).sort();
  if (files.join() !== knownFiles.join()) throw new Error(`${name} has unknown files: ${files}`);
  const read = (file: string) => readFileSync(join(folder, name, file), 'utf8');
  const context = JSON.parse(read('context.json')) as SigningContext;
  const unknown = Object.keys(context).filter((member) => !knownMembers.includes(member));
  if (unknown.length > 0) throw new Error(`${name} has unknown members: ${unknown}`);
  const form = (prefix: string): SuiteForm => ({
    signed: parseRequest(read(`${prefix}-signed-request.txt`)),
    canonicalRequest: read(`${prefix}-canonical-request.txt`),
    stringToSign: read(`${prefix}-string-to-sign.txt`),
    signature: read(`${prefix}-signature.txt`),
  });
  return { context, header: form('header'), query: form('query') };
}

function parseRequest(text: string): SuiteRequest {
  const end = text.indexOf('\n\n');
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const rawHeaders: string[] = [];
  for (const line of lines) {
    // A folded line goes on with the value before it (RFC 9112 §5.2).
    if (/^\s/.test(line)) rawHeaders.push(`${rawHeaders.pop()} ${line}`);
    else rawHeaders.push(...line.split(/:(.*)/s).slice(0, 2));
  }
  const method = first.slice(0, first.indexOf(' '));
  const target = first.slice(method.length + 1, first.lastIndexOf(' '));
  return { method, target, rawHeaders, body: text.slice(end + 2) };
}
