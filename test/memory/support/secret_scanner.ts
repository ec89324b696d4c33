// Looks for many 16-byte secrets in one pass over bytes that arrive in pieces.

/** Something that must not be seen, cut into 16-byte needles with a name each. */
export interface Needle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Hit {
  readonly name: string;
  /** Counted from the beginning of the piece. */
  readonly offset: number;
}

const needleBytes = 16;
/** The bytes that two neighbouring pieces must share, so that nothing hides on their border. */
export const pieceOverlapBytes = needleBytes - 1;
const blockBytes = 4096;
const zeros = Buffer.alloc(blockBytes + pieceOverlapBytes);

/** Finds needles of 16 bytes at any alignment. */
export class SecretScanner {
  private readonly byPrefix = new Map<number, Needle[]>();
  private readonly isPrefix = new Uint8Array(65_536);

  constructor(needles: readonly Needle[]) {
    for (const needle of needles) this.add(needle);
  }

  /** Every place of `bytes` where a needle stands whole. */
  scan(bytes: Uint8Array): Hit[] {
    const hits: Hit[] = [];
    const end = bytes.length - needleBytes + 1;
    for (let start = 0; start < end; start += blockBytes) {
      const stop = Math.min(start + blockBytes, end);
      // Most memory is zero, which holds no secret.
      const block = bytes.subarray(start, stop + pieceOverlapBytes);
      if (zeros.compare(block, 0, block.length, 0, block.length) === 0) continue;
      this.scanBlock(bytes, start, stop, hits);
    }
    return hits;
  }

  private scanBlock(bytes: Uint8Array, start: number, stop: number, hits: Hit[]): void {
    const { isPrefix } = this;
    let prefix = (bytes[start] as number) << 8;
    for (let i = start; i < stop; i += 1) {
      prefix = (prefix >>> 8) | ((bytes[i + 1] as number) << 8);
      if (isPrefix[prefix] === 1) this.check(bytes, i, prefix, hits);
    }
  }

  private add(needle: Needle): void {
    const [first, second] = needle.bytes;
    if (needle.bytes.length !== needleBytes || first === undefined || second === undefined) {
      throw new RangeError('expected a needle of 16 bytes');
    }
    const prefix = first | (second << 8);
    this.isPrefix[prefix] = 1;
    this.byPrefix.set(prefix, [...(this.byPrefix.get(prefix) ?? []), needle]);
  }

  private check(bytes: Uint8Array, offset: number, prefix: number, hits: Hit[]): void {
    const candidate = bytes.subarray(offset, offset + needleBytes);
    for (const { name, bytes: needle } of this.byPrefix.get(prefix) ?? []) {
      if (Buffer.compare(candidate, needle) === 0) hits.push({ name, offset });
    }
  }
}
