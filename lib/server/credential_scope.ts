// The credential scope: for which day, Region and service a signature was made.

import { Memo } from './memo.js';
import type { SigningTime } from './signing_time.js';
import { WireError } from './wire_error.js';

/** `20150830/us-east-1/kms/aws4_request`. */
export interface CredentialScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  /** Whether the Region can be one. */
  readonly hasRegion: boolean;
  /** As it stands in the string to sign. */
  readonly text: string;
}

/** The Credential parameter: who signed, and for what. */
export interface Credential {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
}

const terminator = 'aws4_request';
/** The pattern of the RegionType of the KMS API. */
const regionName = /^(?=.{1,32}$)([a-z]+-){2,3}\d+$/;

/** A client's is the same all day. */
const known = new Memo<Credential>();

/** @throws WireError IncompleteSignatureException */
export function parseCredential(text: string): Credential {
  return known.get(text) ?? known.keep(text, readCredential(text));
}

function readCredential(text: string): Credential {
  const parts = text.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', end = ''] = parts;
  if (parts.length !== 5) {
    const form = 'keyid/date/region/service/term';
    throw new WireError(
      'IncompleteSignatureException',
      `Credential must have exactly 5 slash-delimited elements, e.g. ${form}, got '${text}'`,
    );
  }
  const hasRegion = regionName.test(region);
  const scope = { date, region, service, terminator: end, hasRegion };
  return { accessKeyId, scope: { ...scope, text: text.slice(accessKeyId.length + 1) } };
}

/** What a scope must be for. */
export interface ExpectedScope {
  /** `kms`, `iam` or `sts`: whose operation is called. */
  readonly service: string;
  /** The only Region that is served; undefined: any. */
  readonly region: string | undefined;
}

/** @throws WireError InvalidSignatureException, of the first thing that is wrong */
export function checkScope(
  scope: CredentialScope,
  { text, date }: SigningTime,
  expected: ExpectedScope,
): void {
  const should = 'Credential should be scoped';
  if (scope.terminator !== terminator) {
    throw refused(`${should} with a valid terminator: '${terminator}', not '${scope.terminator}'.`);
  }
  const isServed = expected.region === undefined || scope.region === expected.region;
  if (!isServed || !scope.hasRegion) {
    throw refused(`${should} to a valid region, not '${scope.region}'.`);
  }
  if (scope.service !== expected.service) {
    throw refused(`${should} to correct service: '${expected.service}'.`);
  }
  if (scope.date !== date) {
    throw refused(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date}', from '${text}'.`,
    );
  }
}

function refused(text: string): WireError {
  return new WireError('InvalidSignatureException', text);
}
