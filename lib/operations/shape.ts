// Request shapes as data, and the one validator that they drive. Order is AWS's (Smithy constraint
// validation): every constraint of every member is checked, and all failures stand in one
// ValidationException. Each member is read once, so that nobody sees two values of it.

import { isUint8Array } from 'node:util/types';
import {
  parseEncryptionContext,
  serializeEncryptionContext,
} from '../envelope/encryption_context.js';
import { KmsError } from '../errors.js';
import type { EncryptionContext, GivenTag, Tag } from '../types.js';
import {
  failuresOf,
  isFixed,
  lengthFailures,
  validationFailed,
  wrongType,
} from './shape_failure.js';

/** What a simple member of a request must be. Lengths are inclusive, in characters or bytes. */
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
  /** Serialized, as it is bound to a ciphertext. */
  | { readonly kind: 'encryption context' };

/** What a member that holds members must be. */
export type CompositeConstraint =
  /** Pairs under the rules of an encryption context, as pairs. */
  | { readonly kind: 'pairs' }
  | { readonly kind: 'list'; readonly min: number; readonly max: number; readonly of: Member }
  | { readonly kind: 'structure'; readonly members: Readonly<Record<string, Member>> };

export type Member = (Constraint | CompositeConstraint) & { readonly required?: true };

/** A request's members in AWS's order. */
export type Shape<Input> = { readonly [Name in keyof Required<Input>]: Member };

/** A validated request: its own copy, the encryption context serialized. */
export type Validated<Input> = {
  [Name in keyof Input]: Name extends ContextName
    ? Uint8Array | Extract<Input[Name], undefined>
    : Checked<Input[Name]>;
};

/** In the structures of a list all members are there that must be. */
type Checked<Value> = Value extends GivenTag[] ? Tag[] : Value;

type ContextName =
  | 'EncryptionContext'
  | 'SourceEncryptionContext'
  | 'DestinationEncryptionContext'
  | 'encryptionContext'
  | 'sourceEncryptionContext'
  | 'destinationEncryptionContext';

/** Turns a caller's input into a validated request. */
export interface Validator<Input> {
  (input: Input): Validated<Input>;
  /** What it asks of the input: for doors that must read requests from text. */
  readonly shape: Readonly<Record<string, Member>>;
}

interface CompiledMember {
  readonly name: string;
  readonly path: string;
  readonly member: Member;
  /**
   * Fast test that holds for nearly every request; the reasons are only looked for when it fails.
   */
  readonly accepts: (value: unknown) => boolean;
}

interface CompiledShape {
  readonly members: readonly CompiledMember[];
  readonly contextNames: readonly string[];
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
  const members = entries.map(([name, member]) => ({
    name,
    path: lowerFirst(name),
    member,
    accepts: acceptor(member),
  }));
  const contexts = entries.filter(([, { kind }]) => kind === 'encryption context');
  const compiled = { members, contextNames: contexts.map(([name]) => name), unserved };
  const validator = (input: Input) => {
    if (!isStructure(input)) throw wrongType(input, 'a structure');
    return validate(compiled, input as Record<string, unknown>) as Validated<Input>;
  };
  return Object.assign(validator, { shape });
}

/** A list is none, as in JSON. */
function isStructure(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function validate(
  { members, contextNames, unserved }: CompiledShape,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const request: Record<string, unknown> = {};
  let failures: string[] | undefined;
  for (let i = 0; i < members.length; i++) {
    const { name, path, member, accepts } = members[i] as CompiledMember;
    const value = input[name];
    if (value !== undefined && value !== null && accepts(value)) {
      request[name] = value;
    } else if (member.required === true || (value !== undefined && value !== null)) {
      failures ??= [];
      request[name] = read(value, path, member, failures);
    }
  }
  if (failures !== undefined && failures.length > 0) throw validationFailed(failures);
  for (let i = 0; i < unserved.length; i++) refuseUnserved(unserved[i] as string, input);
  for (let i = 0; i < contextNames.length; i++)
    serializeContext(request, contextNames[i] as string);
  return request;
}

function serializeContext(request: Record<string, unknown>, name: string): void {
  const context = request[name];
  if (context !== undefined)
    request[name] = serializeEncryptionContext(context as EncryptionContext);
}

/** Composite members always take the long way, which copies them. */
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
    default:
      return () => false;
  }
}

/** Reads a value; what is wrong with it is added to the failures. */
function read(value: unknown, path: string, member: Member, failures: string[]): unknown {
  if (value === undefined || value === null) {
    if (member.required === true) failures.push(...failuresOf(path, member, null));
    return undefined;
  }
  switch (member.kind) {
    case 'pairs':
      return parseEncryptionContext(serializeEncryptionContext(value as EncryptionContext));
    case 'list':
      return readList(value, path, member, failures);
    case 'structure':
      return readStructure(value, path, member.members, failures);
    default:
      if (!acceptor(member)(value)) failures.push(...failuresOf(path, member, value));
      return value;
  }
}

function readList(
  value: unknown,
  path: string,
  { min, max, of }: Extract<Member, { kind: 'list' }>,
  failures: string[],
): unknown {
  if (!Array.isArray(value)) throw wrongType(value, 'a List');
  const prefix = `Value at '${path}' failed to satisfy constraint: Member must`;
  const wrong = lengthFailures(prefix, value.length, min, max);
  failures.push(...wrong);
  // A list that is too long is not looked through.
  if (wrong.length > 0) return value;
  const element = { ...of, required: true } as Member;
  return Array.from(value, (item, i) => read(item, `${path}.${i + 1}.member`, element, failures));
}

function readStructure(
  value: unknown,
  path: string,
  members: Readonly<Record<string, Member>>,
  failures: string[],
): unknown {
  if (!isStructure(value)) throw wrongType(value, 'a structure');
  const found = Object.entries(members).map(([name, member]) => {
    const inner = (value as Record<string, unknown>)[name];
    return [name, read(inner, `${path}.${lowerFirst(name)}`, member, failures)] as const;
  });
  return Object.fromEntries(found.filter(([, inner]) => inner !== undefined));
}

function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** False, empty lists and absent members ask for nothing. */
function refuseUnserved(name: string, input: Record<string, unknown>): void {
  const value = input[name];
  if (value === undefined || value === null || value === false) return;
  if (Array.isArray(value) && value.length === 0) return;
  throw new KmsError('UnsupportedOperationException', `${name} is not supported yet`);
}
