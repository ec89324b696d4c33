// Key ids: a UUID for a single-Region key, `mrk-` and 32 hexadecimal digits for a multi-Region key;
// 16 bytes and a kind wherever they are stored in binary form.

/** How the 16 bytes of a key id are written as text. The values stand in ciphertext blobs. */
export const keyIdKinds = { uuid: 0, multiRegion: 1 } as const;
export type KeyIdKind = (typeof keyIdKinds)[keyof typeof keyIdKinds];

/** The size of every key id in bytes. */
export const keyIdSizeBytes = 16;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const multiRegionPattern = /^mrk-[0-9a-f]{32}$/i;

/** True when the text has the form of a key id; it need not exist. */
export function isKeyId(text: string): boolean {
  return uuidPattern.test(text) || multiRegionPattern.test(text);
}

/** Makes 16 random bytes a version 4 UUID (RFC 9562 §5.4), in place. */
export function markAsUuid(random: Uint8Array): Uint8Array {
  random[6] = ((random[6] as number) & 0x0f) | 0x40;
  random[8] = ((random[8] as number) & 0x3f) | 0x80;
  return random;
}

/** @param bytes - 16 bytes */
export function formatKeyId(kind: KeyIdKind, bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  if (kind === keyIdKinds.multiRegion) return `mrk-${hex}`;
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ];
  return groups.join('-');
}

/** The inverse of {@link formatKeyId}. @param keyId - a key id */
export function parseKeyId(keyId: string): { kind: KeyIdKind; bytes: Uint8Array } {
  const isMultiRegion = keyId.startsWith('mrk-');
  const hex = isMultiRegion ? keyId.slice(4) : keyId.replaceAll('-', '');
  const kind = isMultiRegion ? keyIdKinds.multiRegion : keyIdKinds.uuid;
  return { kind, bytes: new Uint8Array(Buffer.from(hex, 'hex')) };
}
