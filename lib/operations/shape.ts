// Request shapes as data, and the one validator that they drive. Texts and order are AWS's (Smithy
// constraint validation): every constraint of every member is checked, and all failures stand in
// one ValidationException.

import { isUint8Array } from 'node:util/types';
import { serializeEncryptionContext } from '../envelope/encryption_context.js';
import { KeysteadError, KmsError } from '../errors.js';
import type { EncryptionContext } from '../types.js';

/** What a member of a request must be. Lengths are inclusive, in characters or bytes. */
export type Constraint =
  | {
      readonly kind: 'string';
      readonly min: number;
      readonly max: number;
      readonly pattern?: RegExp;
    }
  | { readonly kind: 'blob'; readonly min: number; readonly max: number }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'encryption context' };

export type Member = Constraint & { readonly required?: true };

/** A request's members in AWS's order. */
export type Shape<Input> = { readonly [Name in keyof Required<Input>]: Member };

/** A validated request: each member read once, the encryption context serialized. */
export type Validated<Input> = {
  [Name in keyof Input]: Extract<Input[Name], EncryptionContext> extends never
    ? Input[Name]
    : Exclude<Input[Name], EncryptionContext> | Uint8Array;
};

/** Turns a caller's input into a validated request. */
export type Validator<Input> = (input: Input) => Validated<Input>;

interface CompiledMember {
  readonly name: string;
  readonly member: Member;
  /**
   * Fast test that holds for nearly every request; the reasons are only looked for when it fails.
   */
  readonly accepts: (value: unknown) => boolean;
}

interface CompiledShape {
  readonly members: readonly CompiledMember[];
  readonly contextName: string | undefined;
  readonly unserved: readonly string[];
}

/**
 * @param shape - the members
 * @param unserved - members of AWS's shape that are not served yet: asking for one is an error,
 * never ignored
 */
export function compileShape<Input>(
  shape: Shape<Input>,
  unserved: readonly string[] = [],
): Validator<Input> {
  const entries = Object.entries<Member>(shape);
  const members = entries.map(([name, member]) => ({ name, member, accepts: acceptor(member) }));
  const contextName = entries.find(([, { kind }]) => kind === 'encryption context')?.[0];
  const compiled = { members, contextName, unserved };
  return (input) => {
    if (!isStructure(input)) throw wrongType(input, 'a structure');
    return validate(compiled, input as Record<string, unknown>) as Validated<Input>;
  };
}

/** A list is none, as in JSON. */
function isStructure(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function validate(
  { members, contextName, unserved }: CompiledShape,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const request: Record<string, unknown> = {};
  let failures: string[] | undefined;
  for (let i = 0; i < members.length; i++) {
    const { name, member, accepts } = members[i] as CompiledMember;
    const value = input[name];
    if (value === undefined || value === null) {
      if (member.required === true)
        failures = [...(failures ?? []), ...explain(name, member, null)];
    } else if (accepts(value)) {
      request[name] = value;
    } else {
      failures = [...(failures ?? []), ...explain(name, member, value)];
    }
  }
  if (failures !== undefined) throw validationFailed(failures);
  for (let i = 0; i < unserved.length; i++) refuseUnserved(unserved[i] as string, input);
  if (contextName !== undefined) serializeContext(request, contextName);
  return request;
}

function serializeContext(request: Record<string, unknown>, name: string): void {
  const context = request[name];
  if (context !== undefined)
    request[name] = serializeEncryptionContext(context as EncryptionContext);
}

function acceptor(member: Member): (value: unknown) => boolean {
  switch (member.kind) {
    case 'string': {
      const { min, max, pattern } = member;
      return (value) =>
        typeof value === 'string' &&
        value.length >= min &&
        value.length <= max &&
        (pattern === undefined || pattern.test(value));
    }
    case 'blob': {
      const { min, max } = member;
      return (value) =>
        isUint8Array(value) && value.length >= min && value.length <= max && isFixed(value);
    }
    case 'integer': {
      const { min, max } = member;
      return (value) =>
        Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    }
    case 'enum': {
      const { values } = member;
      return (value) => values.includes(value as string);
    }
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'encryption context':
      return (value) => typeof value === 'object';
  }
}

/** The failed constraints of one member, in AWS's words. Blobs are never echoed. */
function explain(name: string, member: Member, value: unknown): string[] {
  const at = `at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must`;
  if (value === null) return [`Value null ${at} not be null`];
  // Only what has the right type is echoed: a blob as text would be a copy that nobody wipes.
  switch (member.kind) {
    case 'string': {
      if (typeof value !== 'string') throw wrongType(value, 'a String');
      const { min, max, pattern } = member;
      const echo = `Value '${value}' ${at}`;
      return [
        ...lengthFailures(echo, value.length, min, max),
        ...(pattern?.test(value) === false
          ? [`${echo} satisfy regular expression pattern: ${pattern.source}`]
          : []),
      ];
    }
    case 'blob':
      if (!isUint8Array(value)) throw wrongType(value, 'a Blob');
      if (!isFixed(value)) throw notFixed(name);
      return lengthFailures(`Value ${at}`, value.length, member.min, member.max);
    case 'integer':
      if (!Number.isInteger(value)) throw wrongType(value, 'an Integer');
      return (value as number) < member.min
        ? [`Value '${value}' ${at} have value greater than or equal to ${member.min}`]
        : [`Value '${value}' ${at} have value less than or equal to ${member.max}`];
    case 'enum':
      if (typeof value !== 'string') throw wrongType(value, 'a String');
      return [`Value '${value}' ${at} satisfy enum value set: [${member.values.join(', ')}]`];
    case 'boolean':
      throw wrongType(value, 'a Boolean');
    case 'encryption context':
      throw wrongType(value, 'a Map');
  }
}

function lengthFailures(prefix: string, length: number, min: number, max: number): string[] {
  if (length < min) return [`${prefix} have length greater than or equal to ${min}`];
  return length > max ? [`${prefix} have length less than or equal to ${max}`] : [];
}

function validationFailed(failures: readonly string[]): KmsError {
  const count = `${failures.length} validation error${failures.length === 1 ? '' : 's'} detected`;
  return new KmsError('ValidationException', `${count}: ${failures.join('; ')}`);
}

/** What AWS answers when JSON of another type stands there; it never says the value. */
function wrongType(value: unknown, expected: string): KmsError {
  const token = value === null ? 'NULL_VALUE' : `${(typeof value).toUpperCase()}_VALUE`;
  return new KmsError('SerializationException', `${token} can not be converted to ${expected}`);
}

/** False, empty lists and absent members ask for nothing. */
function refuseUnserved(name: string, input: Record<string, unknown>): void {
  const value = input[name];
  if (value === undefined || value === null || value === false) return;
  if (Array.isArray(value) && value.length === 0) return;
  throw new KmsError('UnsupportedOperationException', `${name} is not supported yet`);
}

/** Memory that another thread can write, or that can shrink, must not be read twice. */
function isFixed({ buffer }: Uint8Array): boolean {
  // A SharedArrayBuffer has no `resizable`, in no realm.
  return (buffer as ArrayBuffer).resizable === false;
}

function notFixed(name: string): KeysteadError {
  return new KeysteadError('ERR_INVALID_ARGUMENT', `${name} must be neither shared nor resizable`);
}
