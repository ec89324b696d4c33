// IPv4 and IPv6 addresses and CIDR ranges (RFC 4632, RFC 4291).

/** An address as one number of 32 or 128 bits. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The addresses that share a prefix with one. */
export interface IpRange extends IpAddress {
  readonly prefixBits: number;
}

/** @returns undefined when the text is no address */
export function parseIpAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** @returns undefined when the text is neither an address nor a CIDR range */
export function parseIpRange(text: string): IpRange | undefined {
  const [base = '', length, ...rest] = text.split('/');
  const address = parseIpAddress(base);
  if (address === undefined || rest.length > 0) return undefined;
  if (length === undefined) return { ...address, prefixBits: address.bits };
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.bits) return undefined;
  return { ...address, prefixBits: Number(length) };
}

/** Host bits set in an IPv4 range are ignored; an IPv6 range with host bits holds no address. */
export function rangeHolds(range: IpRange, address: IpAddress): boolean {
  if (range.bits !== address.bits) return false;
  const hostBits = BigInt(range.bits - range.prefixBits);
  const prefix = range.value >> hostBits;
  if (range.bits === 128 && prefix << hostBits !== range.value) return false;
  return prefix === address.value >> hostBits;
}

function parseV4(text: string): IpAddress | undefined {
  const value = v4Value(text);
  return value === undefined ? undefined : { bits: 32, value };
}

function v4Value(text: string): bigint | undefined {
  const parts = text.split('.');
  // A leading zero is octal to some readers: no form is read two ways.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part)))
    return undefined;
  if (parts.some((part) => Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => groupsOf(half, i === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...(tail ?? [])];
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | group, 0n) };
}

/** Groups of 16 bits; the last may be an IPv4 address, which is two. */
function groupsOf(text: string, isLast: boolean): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [i, part] of parts.entries()) {
    const v4 = isLast && i === parts.length - 1 ? v4Value(part) : undefined;
    if (v4 !== undefined) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
