// The dynamic symbols of a 64-bit little-endian ELF file (elf(5)).

import { readFileSync } from 'node:fs';

export interface DynamicSymbols {
  readonly exported: readonly string[];
  readonly imported: readonly string[];
}

const sectionHeaderOffset = 0x28;
const sectionHeaderBytes = 64;
const symbolBytes = 24;
const dynamicSymbols = 11; // SHT_DYNSYM
const undefinedSection = 0; // SHN_UNDEF

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  /** For a table of symbols: the index of the section with their names. */
  readonly link: number;
}

export function dynamicSymbolsOf(file: string): DynamicSymbols {
  const elf = readFileSync(file);
  if (elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1) {
    throw new Error(`${file} is no 64-bit little-endian ELF file`);
  }
  const sections = readSections(elf);
  const table = sections.find(({ type }) => type === dynamicSymbols);
  const names = sections[table?.link ?? -1];
  if (table === undefined || names === undefined) throw new Error('no dynamic symbols');
  return readSymbols(elf, table, names);
}

function readSections(elf: Buffer): Section[] {
  const start = Number(elf.readBigUInt64LE(sectionHeaderOffset));
  const count = elf.readUInt16LE(0x3c);
  return Array.from({ length: count }, (_, i) => {
    const header = elf.subarray(start + i * sectionHeaderBytes);
    return {
      type: header.readUInt32LE(4),
      offset: Number(header.readBigUInt64LE(0x18)),
      size: Number(header.readBigUInt64LE(0x20)),
      link: header.readUInt32LE(0x28),
    };
  });
}

function readSymbols(elf: Buffer, table: Section, names: Section): DynamicSymbols {
  const exported: string[] = [];
  const imported: string[] = [];
  // The first symbol is a null one.
  for (let at = symbolBytes; at < table.size; at += symbolBytes) {
    const symbol = elf.subarray(table.offset + at);
    const start = names.offset + symbol.readUInt32LE(0);
    const name = elf.toString('latin1', start, elf.indexOf(0, start));
    (symbol.readUInt16LE(6) === undefinedSection ? imported : exported).push(name);
  }
  return { exported, imported };
}
