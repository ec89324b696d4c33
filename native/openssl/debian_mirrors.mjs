// The Debian mirrors that this machine is configured for (sources.list(5)), rewritten as lists of
// another suite. Other archives in the same folder (other vendors, Ubuntu) are told apart by
// their suite, never by their host.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export const debianSuite = 'trixie';

const releases =
  'buster|bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable';
const baseSuite = new RegExp(`^(${releases})(-updates)?$`);
const securitySuite = new RegExp(`^(${releases})(-security|/updates)$`);
const defaultKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The `deb-src` lines for trixie and trixie-security over the configured mirrors. */
export function trixieSourceLines(aptFolder) {
  const security = `${debianSuite}-security`;
  return mirrorLines({ type: 'deb-src', suite: debianSuite, security }, aptFolder);
}

/**
 * The lines for another suite over the configured mirrors.
 *
 * @param {{ type: 'deb' | 'deb-src', suite: string, security?: string }} wanted the suite, and the
 *   one of its security updates, left out when not named
 */
export async function mirrorLines(wanted, aptFolder = '/etc/apt') {
  const lines = new Set();
  for (const file of await listFiles(aptFolder)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const entries = file.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text);
    for (const entry of entries) for (const line of rewrite(entry, wanted)) lines.add(line);
  }
  return [...lines];
}

async function listFiles(aptFolder) {
  const parts = path.join(aptFolder, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const lists = names.filter((name) => /\.(list|sources)$/.test(name)).sort();
  return [path.join(aptFolder, 'sources.list'), ...lists.map((name) => path.join(parts, name))];
}

/** Entries of the one-line format: `deb [options] uri suite component...`. */
export function parseOneLine(text) {
  const entries = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (match === null) continue;
    const [, options = '', uri, suite, components] = match;
    const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
    entries.push({ uris: [uri], suites: [suite], components: words(components), signedBy });
  }
  return entries;
}

/** Entries of the deb822 format: stanzas of `Field: value`. */
export function parseDeb822(text) {
  return text
    .split(/\n\s*\n/)
    .map(parseStanza)
    .filter((fields) => fields.has('uris') && fields.get('enabled') !== 'no')
    .map((fields) => ({
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      signedBy: fields.get('signed-by'),
    }));
}

function parseStanza(stanza) {
  const fields = new Map();
  for (const line of stanza.split('\n')) {
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (match !== null) fields.set(match[1].toLowerCase(), match[2].trim());
  }
  return fields;
}

function* rewrite({ uris, suites, components, signedBy }, wanted) {
  if (!components.includes('main')) return;
  const keyring = path.isAbsolute(signedBy ?? '') ? signedBy : defaultKeyring;
  for (const suite of new Set(suites.map((configured) => counterpart(configured, wanted)))) {
    if (suite === undefined) continue;
    for (const uri of uris) yield `${wanted.type} [signed-by=${keyring}] ${uri} ${suite} main`;
  }
}

function counterpart(configured, { suite, security }) {
  if (baseSuite.test(configured)) return suite;
  return securitySuite.test(configured) ? security : undefined;
}

function words(text = '') {
  return text.split(/\s+/).filter((word) => word !== '');
}
