// What is wrong with a member of a request, in AWS's words (Smithy constraint traits).
// Blobs are never echoed: as text they would be copies that nobody wipes.

import { isUint8Array } from 'node:util/types';
import { KeysteadError, KmsError } from '../errors.js';
import type { Member } from './shape.js';

/** The failed constraints of a member. @throws KmsError SerializationException for another type */
export function failuresOf(path: string, member: Member, value: unknown): string[] {
  const at = `at '${path}' failed to satisfy constraint: Member must`;
  if (value === null) return [`Value null ${at} not be null`];
  // Only what has the right type is echoed.
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
      if (!isFixed(value)) throw notFixed(path);
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
    default:
      throw wrongType(value, 'a Map');
  }
}

/** @param prefix - who and where, up to `Member must` */
export function lengthFailures(prefix: string, length: number, min: number, max: number): string[] {
  if (length < min) return [`${prefix} have length greater than or equal to ${min}`];
  return length > max ? [`${prefix} have length less than or equal to ${max}`] : [];
}

/** All failures of a request as one exception. */
export function validationFailed(failures: readonly string[]): KmsError {
  const count = `${failures.length} validation error${failures.length === 1 ? '' : 's'} detected`;
  return new KmsError('ValidationException', `${count}: ${failures.join('; ')}`);
}

/** What AWS answers when JSON of another type stands there; it never says the value. */
export function wrongType(value: unknown, expected: string): KmsError {
  const token = value === null ? 'NULL_VALUE' : `${(typeof value).toUpperCase()}_VALUE`;
  return new KmsError('SerializationException', `${token} can not be converted to ${expected}`);
}

/** Memory that another thread can write, or that can shrink, must not be read twice. */
export function isFixed({ buffer }: Uint8Array): boolean {
  // A SharedArrayBuffer has no `resizable`, in no realm.
  return (buffer as ArrayBuffer).resizable === false;
}

function notFixed(path: string): KeysteadError {
  return new KeysteadError('ERR_INVALID_ARGUMENT', `${path} must be neither shared nor resizable`);
}
