// Where built libraries are kept: <user's cache>/keystead/openssl/<version>-<key>, the key standing
// for everything that makes two builds of one version differ.

import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { configureFlags } from './configure_flags.mjs';

/** The folder that holds every built library. */
export function cacheRoot(environment = process.env) {
  // XDG Base Directory Specification: a relative path is to be ignored.
  const configured = environment.XDG_CACHE_HOME ?? '';
  const base = path.isAbsolute(configured) ? configured : path.join(homedir(), '.cache');
  return path.join(base, 'keystead', 'openssl');
}

/** Twelve hexadecimal digits over the flags, the compiler, the CPU and the C library. */
export function buildKey(environment = process.env) {
  const facts = [configureFlags, environment.CC ?? 'cc', process.platform, process.arch, libc()];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12);
}

// An archive built against a newer glibc may ask for symbols that an older one lacks.
function libc() {
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return glibcVersionRuntime === undefined ? 'musl' : `glibc ${glibcVersionRuntime}`;
}

export function libraryFolder(version) {
  return path.join(cacheRoot(), `${version}-${buildKey()}`);
}
