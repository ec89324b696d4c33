// The body of an AWS JSON 1.1 request, decoded by the shape of its operation: blobs from base64,
// unknown members skipped, null members absent. Whether a member is what the shape wants is the
// operation's to say; here it only becomes a value.

import { isUtf8 } from 'node:buffer';
import type { Member } from '../operations/shape.js';
import { decodeBase64 } from './base64.js';
import type { StringToken } from './json_scanner.js';
import { JsonScanner } from './json_scanner.js';
import type { MemberNames } from './member_names.js';
import { memberNamesOf } from './member_names.js';
import { WireError } from './wire_error.js';

type Members = Readonly<Record<string, Member>>;
type Structure = Record<string, unknown>;

const anyString: Member = { kind: 'string', min: 0, max: 0 };

/** No request of AWS KMS is deeper than six; keeps a hostile one from exhausting the stack. */
export const jsonDepthMax = 16;

const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [quote, colon, comma] = [0x22, 0x3a, 0x2c];

/**
 * @param body - the whole body; empty stands for `{}`
 * @param members - the shape
 * @returns members as the operation takes them; blobs in memory of their own
 * @throws WireError SerializationException
 */
export function readJsonRequest(body: Buffer, members: Members): Structure {
  if (body.length === 0) return {};
  if (!isUtf8(body)) {
    throw new WireError('SerializationException', 'the body is not UTF-8');
  }
  const scanner = new JsonScanner(body);
  if (scanner.peek() !== openBrace) scanner.fail('expected an object');
  const reader = new RequestReader(scanner);
  try {
    const input = reader.structure(members, 1);
    scanner.end();
    return input;
  } catch (error) {
    reader.wipeBlobs();
    throw error;
  }
}

class RequestReader {
  readonly #scanner: JsonScanner;
  readonly #blobs: Uint8Array[] = [];

  constructor(scanner: JsonScanner) {
    this.#scanner = scanner;
  }

  /** Whoever gets no answer from the reader cannot. */
  wipeBlobs(): void {
    for (const blob of this.#blobs) blob.fill(0);
  }

  structure(members: Members, depth: number): Structure {
    const found: Structure = {};
    const names = memberNamesOf(members);
    this.#object(depth, names, (name) => {
      const member = names.member(name);
      if (member === undefined) {
        this.#skip(depth + 1);
        return;
      }
      const value = this.#value(member, depth + 1);
      if (value !== null) found[name] = value;
    });
    return found;
  }

  #value(member: Member, depth: number): unknown {
    const next = this.#scanner.peek();
    if (next === quote) {
      const token = this.#scanner.string();
      return member.kind === 'blob' ? this.#blob(token) : this.#scanner.text(token);
    }
    if (next === openBrace && member.kind === 'structure') {
      return this.structure(member.members, depth);
    }
    if (next === openBrace && (member.kind === 'pairs' || member.kind === 'encryption context')) {
      return this.#pairs(depth);
    }
    if (next === openBracket && member.kind === 'list') return this.#list(member.of, depth);
    return this.#skip(depth);
  }

  /** Every name is a pair's, `__proto__` too. */
  #pairs(depth: number): Structure {
    const pairs: Structure = Object.create(null);
    this.#object(depth, undefined, (name) => {
      // Assigning to an object without a prototype costs several times as much.
      Reflect.set(pairs, name, this.#value(anyString, depth + 1));
    });
    return pairs;
  }

  #list(of: Member, depth: number): unknown[] {
    const items: unknown[] = [];
    this.#array(depth, () => items.push(this.#value(of, depth + 1)));
    return items;
  }

  #blob(token: StringToken): Uint8Array {
    const text = this.#scanner.ascii(token);
    const bytes = decodeBase64(text);
    if (token.hasEscapes) text.fill(0);
    if (bytes === undefined) return this.#scanner.fail('a blob that is not base64');
    this.#blobs.push(bytes);
    return bytes;
  }

  /** What nobody asked for, or of the wrong type: read to its end, and an empty one of its type. */
  #skip(depth: number): unknown {
    switch (this.#scanner.peek()) {
      case quote:
        return this.#scanner.text(this.#scanner.string());
      case openBrace:
        this.#object(depth, undefined, () => this.#skip(depth + 1));
        return {};
      case openBracket:
        this.#array(depth, () => this.#skip(depth + 1));
        return [];
      default:
        return this.#scanner.scalar();
    }
  }

  /** Two readers of a name that stands twice could disagree: it is refused. */
  #object(depth: number, expected: MemberNames | undefined, member: (name: string) => void): void {
    this.#descend(depth);
    const scanner = this.#scanner;
    scanner.take(openBrace);
    if (scanner.takes(closeBrace)) return;
    const names = new Set<string>();
    do {
      const token = scanner.string();
      const name = scanner.known(token, expected) ?? scanner.text(token);
      if (names.has(name)) scanner.fail('a name stands twice');
      names.add(name);
      scanner.take(colon);
      member(name);
    } while (scanner.takes(comma));
    scanner.take(closeBrace);
  }

  #array(depth: number, item: () => void): void {
    this.#descend(depth);
    const scanner = this.#scanner;
    scanner.take(openBracket);
    if (scanner.takes(closeBracket)) return;
    do item();
    while (scanner.takes(comma));
    scanner.take(closeBracket);
  }

  #descend(depth: number): void {
    if (depth > jsonDepthMax) this.#scanner.fail(`nested deeper than ${jsonDepthMax}`);
  }
}
