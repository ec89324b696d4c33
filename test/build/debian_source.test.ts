// Which configured archives are Debian mirrors, and which source packages of their index are accepted.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trixieSourceLines } from '../../native/openssl/debian_mirrors.mjs';
import { acceptable, parseSources } from '../../native/openssl/debian_source.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
let apt: string;

beforeEach(async () => {
  apt = await mkdtemp(path.join(tmpdir(), 'keystead-apt-'));
  await mkdir(path.join(apt, 'sources.list.d'));
});

afterEach(() => rm(apt, { recursive: true }));

function configure(name: string, text: string): Promise<void> {
  return writeFile(path.join(apt, name), text);
}

describe('the mirrors of the machine', () => {
  test('one-line entries are rewritten for trixie', async () => {
    const text = [
      'deb http://mirror.example/debian bookworm main contrib',
      'deb-src [signed-by=/keys/own.gpg] http://mirror.example/debian-security bookworm-security main',
      '# deb http://commented.example/debian bookworm main',
    ].join('\n');
    await configure('sources.list', text);
    expect(await trixieSourceLines(apt)).toEqual([
      `deb-src [signed-by=${keyring}] http://mirror.example/debian trixie main`,
      'deb-src [signed-by=/keys/own.gpg] http://mirror.example/debian-security trixie-security main',
    ]);
  });

  test('deb822 stanzas are rewritten for trixie, once per mirror', async () => {
    const text = [
      'Types: deb',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      `Signed-By: ${keyring}`,
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://disabled.example/debian',
      'Suites: bookworm',
      'Components: main',
    ].join('\n');
    await configure('sources.list.d/debian.sources', text);
    expect(await trixieSourceLines(apt)).toEqual([
      `deb-src [signed-by=${keyring}] http://mirror.example/debian trixie main`,
    ]);
  });

  test('archives of others are left alone, and unsigned ones are not trusted', async () => {
    const text = [
      'deb http://vendor.example/apt vendor-sdk-bookworm main',
      'deb http://vendor.example/node nodistro main',
      'deb http://mirror.example/ubuntu noble main',
      'deb [trusted=yes] http://mirror.example/debian trixie main',
    ].join('\n');
    await configure('sources.list.d/others.list', text);
    expect(await trixieSourceLines(apt)).toEqual([
      `deb-src [signed-by=${keyring}] http://mirror.example/debian trixie main`,
    ]);
  });

  test('a machine without apt has none', async () => {
    expect(await trixieSourceLines(path.join(apt, 'absent'))).toEqual([]);
  });
});

describe('the source packages of the index', () => {
  const pins = [{ version: '3.5.9', sha256: '9'.repeat(64) }];

  function stanza(version: string, digit: string): string {
    return [
      'Package: openssl',
      'Binary: openssl, libssl3t64',
      `Version: ${version}-1~deb13u1`,
      'Checksums-Sha256:',
      ` ${digit.repeat(64)} 53279637 openssl_${version}.orig.tar.gz`,
      ` ${'e'.repeat(64)} 931 openssl_${version}.orig.tar.gz.asc`,
      'Directory: pool/main/o/openssl',
    ].join('\n');
  }

  function accepted(...stanzas: string[]) {
    return acceptable(parseSources(stanzas.join('\n\n')), pins, false);
  }

  test('the newest comes first, pinned or not', () => {
    const found = accepted(stanza('3.5.7', '7'), stanza('3.5.9', '9'), stanza('3.5.11', 'b'));
    expect(found.map(({ version, pinned }) => [version, pinned])).toEqual([
      ['3.5.11', false],
      ['3.5.9', true],
      ['3.5.7', false],
    ]);
    expect(found[1]).toMatchObject({
      debianVersion: '3.5.9-1~deb13u1',
      tarball: 'openssl_3.5.9.orig.tar.gz',
      sha256: '9'.repeat(64),
    });
  });

  test('older patches, other series and other bytes of a pinned version are refused', () => {
    expect(accepted(stanza('3.5.6', '6'), stanza('3.6.0', '6'), stanza('3.0.17', '3'))).toEqual([]);
    expect(accepted(stanza('3.5.9', '8'))).toEqual([]);
  });

  test('prebuilt binaries take pinned releases only', () => {
    const packages = parseSources(stanza('3.5.11', 'b'));
    expect(acceptable(packages, pins, true)).toEqual([]);
  });
});
