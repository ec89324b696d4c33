// docs/format.md §3: the encryption context as bytes.

import { concat, u16be } from './bytes.js';
import { encryptionContextMaxBytes } from './limits.js';

const stringMaxBytes = 0xffff;

export function serializeEncryptionContext(pairs: Iterable<readonly [string, string]>): Uint8Array {
  const encoded = Array.from(pairs, ([key, value]) => [utf8(key), utf8(value)] as const);
  if (encoded.length === 0) return new Uint8Array();
  encoded.sort(([a], [b]) => Buffer.compare(a, b));
  refuseDuplicates(encoded.map(([key]) => key));
  const entries = encoded.flatMap(([key, value]) => [...prefixed(key), ...prefixed(value)]);
  const serialized = concat(u16be(encoded.length), ...entries);
  if (serialized.length > encryptionContextMaxBytes) throw new RangeError('context too long');
  return serialized;
}

function utf8(text: string): Uint8Array {
  // encodeURIComponent throws a URIError for an unpaired surrogate; TextEncoder would replace it.
  encodeURIComponent(text);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > stringMaxBytes) throw new RangeError('key or value too long');
  return bytes;
}

function prefixed(bytes: Uint8Array): readonly Uint8Array[] {
  return [u16be(bytes.length), bytes];
}

function refuseDuplicates(sortedKeys: readonly Uint8Array[]): void {
  sortedKeys.forEach((key, i) => {
    const next = sortedKeys[i + 1];
    if (next && Buffer.compare(key, next) === 0) throw new RangeError('duplicate key');
  });
}
