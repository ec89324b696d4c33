import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatKeyId, isKeyId, keyIdKinds, markAsUuid, parseKeyId } from '../../lib/key_id.js';

const sixteenBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('text and bytes are two forms of one id', () => {
  const anyKind = fc.constantFrom(keyIdKinds.uuid, keyIdKinds.multiRegion);
  fc.assert(
    fc.property(sixteenBytes, anyKind, (bytes, kind) => {
      const text = formatKeyId(kind, bytes);
      expect(isKeyId(text)).toBe(true);
      expect(parseKeyId(text)).toEqual({ kind, bytes: Uint8Array.from(bytes) });
    }),
  );
});

test('new ids are version 4 UUIDs', () => {
  fc.assert(
    fc.property(sixteenBytes, (bytes) => {
      const text = formatKeyId(keyIdKinds.uuid, markAsUuid(bytes));
      expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});

test.each(['', 'abcd-1234-efgh-5678', '0a1b2c3d000040008000000000000001', 'mrk-fake', 'alias/a'])(
  'is no key id: %s',
  (text) => expect(isKeyId(text)).toBe(false),
);
