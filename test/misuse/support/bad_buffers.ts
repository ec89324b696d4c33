// Buffers that no function may take, and kinds that are no buffers at all.

export const noBytes: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 32],
  ['a string', 'x'.repeat(32)],
  ['an array', Array.from({ length: 32 }, () => 0)],
  ['an object with a length', { length: 32, byteLength: 32, buffer: new ArrayBuffer(32) }],
  ['an ArrayBuffer', new ArrayBuffer(32)],
  ['a DataView', new DataView(new ArrayBuffer(32))],
  ['a Uint16Array', new Uint16Array(32)],
  ['an Int8Array', new Int8Array(32)],
  ['a Uint8ClampedArray', new Uint8ClampedArray(32)],
  ['a BigUint64Array', new BigUint64Array(4)],
  ['a function', () => 32],
  ['a symbol', Symbol('bytes')],
  ['the prototype of Uint8Array', Uint8Array.prototype],
  ['a Proxy of a Uint8Array', new Proxy(new Uint8Array(32), {})],
  ['an object with the prototype of Uint8Array', Object.create(Uint8Array.prototype)],
];

/** Uint8Arrays of `size` bytes whose memory may vanish or change under native code. */
export function badBuffers(size: number): readonly (readonly [string, Uint8Array])[] {
  return [
    ['a shared buffer', new Uint8Array(new SharedArrayBuffer(size))],
    ['a growable shared buffer', growableShared(size)],
    ['a resizable buffer', resizable(size)],
    ['a resizable buffer, fixed view', new Uint8Array(resizable(size).buffer, 0, size)],
    ['a resizable buffer, view out of bounds', outOfBounds(size)],
    ['a detached buffer', detached(size)],
  ];
}

export function detached(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

export function resizable(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(size, { maxByteLength: 2 * size + 1 }));
}

function growableShared(size: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(size, { maxByteLength: 2 * size + 1 }));
}

function outOfBounds(size: number): Uint8Array {
  const buffer = new ArrayBuffer(size + 1, { maxByteLength: 2 * size + 1 });
  const view = new Uint8Array(buffer, 1, size);
  buffer.resize(0);
  return view;
}
