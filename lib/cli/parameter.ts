// Values of parameters, read as the AWS CLI reads them: `file://` is the text of a file, `fileb://` its
// bytes; lists, maps and structures are JSON or shorthand; bytes that stand on the command line are
// Base64.

import { readFileSync } from 'node:fs';
import type { Member } from '../operations/shape.js';
import { CliError, exitCodes, usageError } from './cli_failure.js';
import type { ShorthandValue } from './shorthand.js';
import { parseShorthand } from './shorthand.js';

/** @param values - as they stand on the command line; true for a switch. @throws CliError */
export function readParameter(
  flag: string,
  member: Member,
  values: readonly string[] | string | boolean,
): unknown {
  switch (member.kind) {
    case 'boolean':
      return values === true;
    case 'integer':
      return toInteger(flag, textOf(values));
    case 'blob':
      return toBytes(flag, String(values));
    case 'list':
      return toList(flag, member.of, values as readonly string[]);
    case 'structure':
      return fromText(flag, member, textOf(values));
    case 'pairs':
    case 'encryption context':
      return fromText(flag, member, textOf(values));
    default:
      return textOf(values);
  }
}

/** JSON that stands for all parameters: `--cli-input-json`. @throws CliError */
export function readInputJson(
  text: string,
  shape: Readonly<Record<string, Member>>,
): Record<string, unknown> {
  const flag = '--cli-input-json';
  const input = parseJson(flag, textOf(text));
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw usageError(`${flag} must be a JSON object`);
  const members = Object.entries(input as Record<string, unknown>).map(([name, value]) => {
    const member = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (member === undefined) throw usageError(`${flag}: there is no parameter ${name}`);
    return [name, fromJson(flag, member, value)] as const;
  });
  return Object.fromEntries(members);
}

function toList(flag: string, of: Member, values: readonly string[]): unknown {
  const [only = ''] = values;
  if (values.length === 1 && /^\s*\[|^file:\/\//.test(only))
    return fromJson(flag, { kind: 'list', min: 0, max: 0, of }, parseJson(flag, textOf(only)));
  return values.map((value) => readParameter(flag, of, value));
}

/** JSON, or shorthand. */
function fromText(flag: string, member: Member, text: string): unknown {
  const value = /^\s*[{[]/.test(text) ? parseJson(flag, text) : parseShorthand(text);
  return fromJson(flag, member, value);
}

/** JSON has no bytes, and shorthand nothing but texts. */
function fromJson(flag: string, member: Member, value: unknown): unknown {
  switch (member.kind) {
    case 'blob':
      return typeof value === 'string' ? toBytes(flag, value) : value;
    case 'integer':
      return typeof value === 'string' ? toInteger(flag, value) : value;
    case 'boolean':
      return typeof value === 'string' ? value === 'true' : value;
    case 'list':
      return Array.isArray(value) ? value.map((item) => fromJson(flag, member.of, item)) : value;
    case 'structure':
      return membersFromJson(flag, member.members, value);
    default:
      return value;
  }
}

function membersFromJson(
  flag: string,
  members: Readonly<Record<string, Member>>,
  value: unknown,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const found = Object.entries(value as Record<string, ShorthandValue>).map(([name, inner]) => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member === undefined) throw usageError(`${flag}: there is no member ${name}`);
    return [name, fromJson(flag, member, inner)] as const;
  });
  return Object.fromEntries(found);
}

function toInteger(flag: string, text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw usageError(`${flag} must be a whole number`);
}

function toBytes(flag: string, text: string): Uint8Array {
  if (text.startsWith('fileb://')) return new Uint8Array(readFile(text.slice('fileb://'.length)));
  const base64 = textOf(text).trim();
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64)
    throw usageError(`${flag} must be Base64, or name a file of bytes: fileb://FILE`);
  return new Uint8Array(bytes);
}

function textOf(value: readonly string[] | string | boolean): string {
  const text = String(value);
  if (!text.startsWith('file://')) return text;
  return readFile(text.slice('file://'.length)).toString('utf8');
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError(exitCodes.usage, 'ParamFile', (error as Error).message);
  }
}

function parseJson(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`${flag} is no JSON: ${(error as Error).message}`);
  }
}
