// What a command prints: the answer as JSON has it, or what a query finds in it, as JSON or as text.

import jmespath from 'jmespath';
import { usageError } from './cli_failure.js';
import { formatText } from './text_format.js';

/** How an answer is printed. */
export interface OutputOptions {
  readonly output: 'json' | 'text';
  /** JMESPath. */
  readonly query?: string | undefined;
}

const indent = 4;

/** @returns the empty text for an answer without members, as the AWS CLI prints nothing then */
export function formatAnswer(answer: object, { output, query }: OutputOptions): string {
  const plain = toPlain(answer);
  if (query === undefined && isEmpty(plain)) return '';
  const found = query === undefined ? plain : search(plain, query);
  return output === 'text' ? formatText(found) : `${JSON.stringify(found ?? null, null, indent)}\n`;
}

/** Bytes as Base64, times in ISO 8601. */
export function toPlain(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(
    ([name, member]) => name !== '$metadata' && member !== undefined,
  );
  return Object.fromEntries(members.map(([name, member]) => [name, toPlain(member)]));
}

function search(plain: unknown, query: string): unknown {
  try {
    return jmespath.search(plain, query);
  } catch (error) {
    throw usageError(`--query is no JMESPath: ${(error as Error).message}`);
  }
}

function isEmpty(plain: unknown): boolean {
  return typeof plain === 'object' && plain !== null && Object.keys(plain).length === 0;
}
