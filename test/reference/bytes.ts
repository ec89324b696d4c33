// Byte strings as docs/format.md §1 writes them.

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'ascii'));
}

export function byte(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

export function u32be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

export function u64be(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return new Uint8Array(bytes);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function unhex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text))
    throw new TypeError('expected lower-case hexadecimal digits');
  return new Uint8Array(Buffer.from(text, 'hex'));
}
