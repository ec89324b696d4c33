// The names of a structure's members, found by their bytes: those of a request need not become
// strings.

import type { Member } from '../operations/shape.js';

type Members = Readonly<Record<string, Member>>;

interface Name {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** The names of a structure's members. */
export class MemberNames {
  readonly #members: Members;
  readonly #names: readonly Name[];

  constructor(members: Members) {
    this.#members = members;
    this.#names = Object.keys(members).map((text) => ({ text, bytes: Buffer.from(text) }));
  }

  /** The name that the bytes are; undefined when no member has it. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    for (const { text, bytes: own } of this.#names) {
      if (own.length === end - start && isAt(bytes, start, own)) return text;
    }
    return undefined;
  }

  /** The member with the name, if there is one. */
  member(name: string): Member | undefined {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }
}

function isAt(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
  return true;
}

const known = new WeakMap<Members, MemberNames>();

/** The names of the members. */
export function memberNamesOf(members: Members): MemberNames {
  const names = known.get(members);
  if (names !== undefined) return names;
  const made = new MemberNames(members);
  known.set(members, made);
  return made;
}
