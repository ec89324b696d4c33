// A chain of lines: each is authenticated together with the one before it, so that none can be
// changed, removed or put elsewhere. docs/format.md specifies it.
//
//   {"sequence":7,"event":{…},"mac":"64 hexadecimal digits"}
//
// MAC = HMAC-SHA-256(audit key, `keystead/audit/v1` ‖ 00 ‖ MAC of the line before ‖ the line up to `,"mac"`)

/** Authenticates under the store's audit key; gives 32 bytes. */
export type AuditMac = (bytes: Uint8Array) => Uint8Array;

/** A place in a chain. */
export interface ChainHead {
  /** Of the line, from 0. */
  readonly sequence: number;
  /** Of the line: 64 hexadecimal digits. */
  readonly mac: string;
}

/** What stands before the first line. */
export const chainStart: ChainHead = { sequence: -1, mac: '00'.repeat(32) };

const label = Buffer.from('keystead/audit/v1\0', 'ascii');
// Dots match U+2028 too, which JSON leaves as it is.
const lineForm = /^(\{"sequence":(\d{1,15}),.*),"mac":"([0-9a-f]{64})"\}$/s;

/** A line that was added, and where the chain is then. */
export interface AddedLine {
  /** With the line feed. */
  readonly text: string;
  readonly head: ChainHead;
}

/**
 * @param before - the line before
 * @param content - what the line says, by the one name that tells what it is: `chain` or `event`
 */
export function addLine(
  mac: AuditMac,
  before: ChainHead,
  content: { readonly chain: object } | { readonly event: object },
): AddedLine {
  const sequence = before.sequence + 1;
  const open = `{"sequence":${sequence},${JSON.stringify(content).slice(1, -1)}`;
  const head = { sequence, mac: lineMac(mac, before, open) };
  return { text: `${open},"mac":"${head.mac}"}\n`, head };
}

/** A line as it was read. */
export interface ReadLine {
  readonly head: ChainHead;
  /** Whether it follows the line before, unchanged. */
  readonly follows: boolean;
  readonly content: Readonly<Record<string, unknown>>;
}

/** @returns undefined for a text that is no line of a chain */
export function readLine(mac: AuditMac, before: ChainHead, text: string): ReadLine | undefined {
  const match = lineForm.exec(text);
  if (match === null) return undefined;
  const [, open = '', sequence, written = ''] = match;
  const content = parse(text);
  if (content === undefined) return undefined;
  const head = { sequence: Number(sequence), mac: written };
  const isNext = head.sequence === before.sequence + 1;
  return { head, follows: isNext && lineMac(mac, before, open) === written, content };
}

/** Public values, compared by whoever has the audit key: no secret is at stake in the comparison. */
function lineMac(mac: AuditMac, before: ChainHead, open: string): string {
  const bytes = Buffer.concat([label, Buffer.from(before.mac, 'hex'), Buffer.from(open, 'utf8')]);
  return Buffer.from(mac(new Uint8Array(bytes))).toString('hex');
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
