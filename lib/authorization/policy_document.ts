// The grammar of policy documents (IAM User Guide, "Grammar of the IAM JSON policy language"):
// sizes, characters, element names and their types. What the texts inside mean is read by the files
// of the elements.

import type { Effect } from './condition.js';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from './json.js';
import { refuse, refuseSyntax } from './policy_error.js';

export type PolicyKind =
  | 'key policy'
  | 'trust policy'
  | 'identity policy'
  | 'permissions boundary'
  | 'session policy';

/** An element that has an inverted form: NotPrincipal, NotAction, NotResource. */
export interface Invertible {
  readonly inverted: boolean;
  readonly value: JsonValue;
}

/** The elements of a statement, as written. */
export interface StatementElements {
  readonly sid: string | undefined;
  readonly effect: Effect;
  readonly principal: Invertible | undefined;
  readonly action: Invertible | undefined;
  readonly resource: Invertible | undefined;
  readonly condition: JsonValue | undefined;
}

/** A document, as written. */
export interface PolicyDocument {
  readonly root: JsonObject;
  readonly version: '2012-10-17' | '2008-10-17';
  readonly statements: readonly StatementElements[];
}

/**
 * The most that a document of each kind may hold: bytes of UTF-8 for a key policy (KMS's quota),
 * characters that are no white space for the others (IAM's quotas: a role's trust policy, the
 * largest inline policy, a managed policy, a session policy).
 */
export const policySizeMax: Readonly<Record<PolicyKind, number>> = {
  'key policy': 32_768,
  'trust policy': 2048,
  'identity policy': 10_240,
  'permissions boundary': 6144,
  'session policy': 2048,
};

/** To what a document belongs. */
export type PolicyOwner = 'key' | 'role' | 'identity';

export function ownerOf(kind: PolicyKind): PolicyOwner {
  if (kind === 'key policy') return 'key';
  return kind === 'trust policy' ? 'role' : 'identity';
}

/** Reads a document; refuses what the grammar does not have. */
export function parsePolicyDocument(text: string, kind: PolicyKind): PolicyDocument {
  checkSize(text, kind);
  checkCharacters(text, 'document');
  const root = parseJson(text);
  checkTexts(root);
  if (!isJsonObject(root)) return refuseSyntax('document', 'must be an object');
  const known =
    ownerOf(kind) === 'identity' ? ['Version', 'Statement'] : ['Version', 'Id', 'Statement'];
  refuseUnknown(root, known, 'document');
  const version = parseVersion(root.get('Version'));
  optionalText(root, 'Id', 'document');
  const list = listOf(root.get('Statement'));
  if (list.length === 0) refuseSyntax('Statement', 'must hold a statement');
  const statements = list.map((value, i) => parseStatement(value, kind, `Statement[${i}]`));
  if (kind !== 'key policy') checkSids(statements);
  return { root, version, statements };
}

const statementElements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

function parseStatement(value: JsonValue, kind: PolicyKind, place: string): StatementElements {
  if (!isJsonObject(value)) return refuseSyntax(place, 'must be an object');
  refuseUnknown(value, statementElements, place);
  const effect = value.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny')
    return refuseSyntax(`${place}.Effect`, 'must be Allow or Deny');
  const principal = invertible(value, 'Principal', place);
  const isOfIdentity = ownerOf(kind) === 'identity';
  if (!isOfIdentity && principal === undefined)
    refuse('Policy contains a statement with no principal.');
  if (isOfIdentity && principal !== undefined)
    refuse('Policy document should not specify a principal.');
  return {
    sid: optionalText(value, 'Sid', place),
    effect,
    principal,
    action: invertible(value, 'Action', place),
    resource: invertible(value, 'Resource', place),
    condition: value.get('Condition'),
  };
}

function invertible(statement: JsonObject, name: string, place: string): Invertible | undefined {
  const positive = statement.get(name);
  const negative = statement.get(`Not${name}`);
  if (positive !== undefined && negative !== undefined)
    refuseSyntax(place, `has both ${name} and Not${name}`);
  if (positive !== undefined) return { inverted: false, value: positive };
  return negative === undefined ? undefined : { inverted: true, value: negative };
}

function parseVersion(value: JsonValue | undefined): PolicyDocument['version'] {
  if (value === undefined || value === '2008-10-17') return '2008-10-17';
  return value === '2012-10-17'
    ? value
    : refuseSyntax('Version', 'must be "2012-10-17" or "2008-10-17"');
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as JsonValue];
}

function optionalText(object: JsonObject, name: string, place: string): string | undefined {
  const value = object.get(name);
  if (value === undefined || typeof value === 'string') return value;
  return refuseSyntax(`${place}.${name}`, 'must be text');
}

function refuseUnknown(object: JsonObject, known: readonly string[], place: string): void {
  for (const name of object.keys()) {
    if (!known.includes(name)) refuseSyntax(place, `unknown element ${JSON.stringify(name)}`);
  }
}

/** IAM's rule; AWS KMS takes any Sid, and the same one twice. */
function checkSids(statements: readonly StatementElements[]): void {
  const sids = statements.flatMap(({ sid }) => (sid === undefined || sid === '' ? [] : [sid]));
  for (const sid of sids) {
    if (!/^[A-Za-z0-9]+$/.test(sid))
      refuse(
        'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      );
  }
  if (new Set(sids).size !== sids.length)
    refuse('Statement IDs (SID) in a single policy must be unique.');
}

function checkSize(text: string, kind: PolicyKind): void {
  const size = kind === 'key policy' ? utf8Length(text) : text.replace(/\s/g, '').length;
  const sizeMax = policySizeMax[kind];
  if (size > sizeMax)
    refuse(`The ${kind} is larger than ${sizeMax} bytes.`, 'LimitExceededException');
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) length += unit > 0x7ff ? 2 : 1;
  }
  return length;
}

/** An escape must not bring in what could not stand there itself. */
function checkTexts(value: JsonValue): void {
  if (typeof value === 'string') checkCharacters(value, 'text');
  else if (Array.isArray(value)) (value as readonly JsonValue[]).forEach(checkTexts);
  else if (isJsonObject(value)) for (const entry of value) entry.forEach(checkTexts);
}

/** Tab, line feed, carriage return, and U+0020 to U+00FF. */
function checkCharacters(text: string, place: string): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff || (unit < 0x20 && unit !== 9 && unit !== 10 && unit !== 13))
      refuseSyntax(place, `character ${i} is not allowed`);
  }
}
