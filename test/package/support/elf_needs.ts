// What a shared object needs of the machine it is loaded on: the libraries it names and the versions of their symbols
// (elf(5); the version tables: LSB Core §10.7, Symbol Versioning).

import { readFileSync } from 'node:fs';

export interface Needs {
  /** DT_NEEDED. */
  readonly libraries: readonly string[];
  /** As `GLIBC_2.17`, of every library, once each. */
  readonly symbolVersions: readonly string[];
}

const sectionHeaderOffset = 0x28;
const sectionHeaderBytes = 64;
const dynamicEntryBytes = 16;
const dynamicTable = 6; // SHT_DYNAMIC
const neededVersions = 0x6ffffffe; // SHT_GNU_verneed
const neededLibrary = 1n; // DT_NEEDED

interface Section {
  readonly type: number;
  readonly bytes: Buffer;
  /** The section with its strings. */
  readonly link: number;
}

export function needsOf(file: string): Needs {
  const sections = readSections(readFileSync(file));
  return {
    libraries: namesIn(sections, dynamicTable, libraryNames),
    symbolVersions: [...new Set(namesIn(sections, neededVersions, versionNames))],
  };
}

function readSections(elf: Buffer): Section[] {
  const start = Number(elf.readBigUInt64LE(sectionHeaderOffset));
  const count = elf.readUInt16LE(0x3c);
  return Array.from({ length: count }, (_, i) => {
    const header = elf.subarray(start + i * sectionHeaderBytes);
    const offset = Number(header.readBigUInt64LE(0x18));
    const size = Number(header.readBigUInt64LE(0x20));
    const bytes = elf.subarray(offset, offset + size);
    return { type: header.readUInt32LE(4), bytes, link: header.readUInt32LE(0x28) };
  });
}

function namesIn(
  sections: Section[],
  type: number,
  offsets: (table: Buffer) => Iterable<number>,
): string[] {
  const table = sections.find((section) => section.type === type);
  const strings = sections[table?.link ?? -1]?.bytes;
  if (table === undefined || strings === undefined) throw new Error(`no section of type ${type}`);
  const name = (at: number) => strings.toString('latin1', at, strings.indexOf(0, at));
  return Array.from(offsets(table.bytes), name);
}

function* libraryNames(table: Buffer): Iterable<number> {
  for (let at = 0; at < table.length; at += dynamicEntryBytes) {
    if (table.readBigInt64LE(at) === neededLibrary) yield Number(table.readBigUInt64LE(at + 8));
  }
}

// Elf64_Verneed, one for each library, and its chain of Elf64_Vernaux; each says how far the next one is.
function* versionNames(table: Buffer): Iterable<number> {
  for (let library = 0, next = -1; next !== 0; library += next) {
    let version = library + table.readUInt32LE(library + 8);
    for (let count = table.readUInt16LE(library + 2); count > 0; count -= 1) {
      yield table.readUInt32LE(version + 8);
      version += table.readUInt32LE(version + 12);
    }
    next = table.readUInt32LE(library + 12);
  }
}

/** The highest version of a set of symbols, as `2.17` for `GLIBC_2.17`; undefined when none is needed. */
export function highestVersion(needs: Needs, prefix: string): string | undefined {
  return needs.symbolVersions
    .filter((version) => version.startsWith(`${prefix}_`))
    .map((version) => version.slice(prefix.length + 1))
    .sort(compareVersions)
    .at(-1);
}

/** Negative, zero or positive, as for Array.prototype.sort. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
