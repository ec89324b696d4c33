// The files of an LMDB database before LMDB has them: for their owner alone, and databases indeed.

import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readSync,
  unlinkSync,
} from 'node:fs';
import { KeysteadError } from '../errors.js';

// mdb.c of lmdb-js: MDB_page_header (24 bytes, mh_flags at 18), then MDB_meta (mm_magic,
// mm_version, md_pad of the first MDB_db, which is the page size). In the machine's byte order:
// little-endian on all that Keystead runs on.
const headerSizeBytes = 56;
const metaFlag = 0x08;
const flagsOffset = 18;
const magicOffset = 24;
const magic = 0xbeefc0de;
const versionOffset = 28;
const version = 2;
const pageSizeOffset = 48;
/** LMDB keeps its newest two states in the first two pages. */
const metaPages = 2;

/**
 * Makes the file, empty, unless it is there: LMDB would make it readable by all. One that is there
 * keeps its mode and is not opened: closing a file gives up every lock that the process has on it
 * (fcntl(2), record locks). A thread that opens the store would so take the locks of those that
 * have it open, and the next process would think itself alone.
 */
export function makeForOwnerAlone(file: string): void {
  if (existsSync(file)) {
    accessSync(file, constants.R_OK | constants.W_OK);
    return;
  }
  const draft = `${file}.${randomUUID()}`;
  closeSync(openSync(draft, 'wx', 0o600));
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

/**
 * lmdb-js 3.5 uses its environment after freeing it when LMDB refuses a file, and the process ends:
 * what LMDB would refuse must not get that far. Nobody writes the first pages meanwhile: see
 * StoreGate. LMDB locks its other file, not this one.
 *
 * @throws KeysteadError ERR_STORE_CORRUPT
 */
export function refuseForeignFile(file: string): void {
  if (isDatabase(file)) return;
  throw new KeysteadError('ERR_STORE_CORRUPT', `${file} is not an LMDB database, or is cut off`);
}

function isDatabase(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return true;
    const header = new DataView(new ArrayBuffer(headerSizeBytes));
    return (
      readSync(descriptor, header, 0, headerSizeBytes, 0) === headerSizeBytes &&
      isMetaPage(header, size)
    );
  } finally {
    closeSync(descriptor);
  }
}

function isMetaPage(header: DataView, fileSizeBytes: number): boolean {
  const pageSizeBytes = header.getUint32(pageSizeOffset, true);
  return (
    (header.getUint16(flagsOffset, true) & metaFlag) !== 0 &&
    header.getUint32(magicOffset, true) === magic &&
    header.getUint16(versionOffset, true) === version &&
    pageSizeBytes >= headerSizeBytes &&
    fileSizeBytes >= metaPages * pageSizeBytes
  );
}
