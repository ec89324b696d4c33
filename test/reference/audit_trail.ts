// docs/format.md §12: the audit key and the MACs of a chain's lines.

import { createHmac } from 'node:crypto';
import { ascii, byte, concat } from './bytes.js';
import { unseal } from './sealed.js';

const keyLabel = concat(ascii('keystead/audit-key/v1'), byte(0));
const lineLabel = concat(ascii('keystead/audit/v1'), byte(0));

export function unwrapAuditKey(auditKeyKey: Uint8Array, wrapped: Uint8Array): Uint8Array {
  return unseal(auditKeyKey, wrapped, keyLabel);
}

/** The MACs that the lines of a chain must have, in hexadecimal digits. */
export function chainMacs(auditKey: Uint8Array, lines: readonly string[]): string[] {
  let before: Uint8Array = new Uint8Array(32);
  return lines.map((line) => {
    const text = line.slice(0, line.lastIndexOf(',"mac":'));
    const bytes = concat(lineLabel, before, new TextEncoder().encode(text));
    before = new Uint8Array(createHmac('sha256', auditKey).update(bytes).digest());
    return Buffer.from(before).toString('hex');
  });
}
