// On which machines the prebuilt binary can be loaded, read from the binary.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cacheRoot } from '../../native/openssl/cache_folder.mjs';
import { pins } from '../../native/openssl/pins.mjs';
import { dynamicSymbolsOf } from '../hsm/support/elf_symbols.js';
import { compareVersions, highestVersion, needsOf } from './support/elf_needs.js';
import { hasPrebuilt, prebuilt, prebuiltName, root } from './support/package_root.js';

// The oldest C library that Node.js's own binaries run on (BUILDING.md, Platform list): where Node runs, the addon does.
const oldestGlibc = '2.28';

describe.runIf(hasPrebuilt)(`${prebuiltName} (npm run prebuild)`, () => {
  it(`needs no C library newer than glibc ${oldestGlibc}`, () => {
    const highest = highestVersion(needsOf(prebuilt), 'GLIBC') ?? 'none';
    expect(highest).toMatch(/^2\.\d+/);
    expect(compareVersions(highest, oldestGlibc)).toBeLessThanOrEqual(0);
  });

  it('needs no library but those of glibc', () => {
    const { libraries, symbolVersions } = needsOf(prebuilt);
    const ofGlibc = /^(lib(c|m|dl|rt|pthread)\.so\.\d|ld-linux-.*\.so\.\d)$/;
    expect(libraries.filter((name) => !ofGlibc.test(name))).toEqual([]);
    expect(libraries).toContain('libc.so.6');
    expect(symbolVersions.filter((version) => !version.startsWith('GLIBC_'))).toEqual([]);
  });

  it('exports the entry points of Node-API and nothing else', () => {
    const { exported } = dynamicSymbolsOf(prebuilt);
    const entryPoints = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];
    expect([...exported].sort()).toEqual(entryPoints);
  });

  it('is stripped and names no folder of the machine that made it', () => {
    const bytes = readFileSync(prebuilt);
    for (const text of ['.debug_info', '.symtab', root, cacheRoot()]) {
      expect(bytes.includes(text), text).toBe(false);
    }
  });

  it('is what node-gyp-build takes where nothing was built', () => {
    const program = `console.log(require('node-gyp-build').path(${JSON.stringify(root)}))`;
    const env = { ...process.env, PREBUILDS_ONLY: '1' };
    const found = execFileSync(process.execPath, ['-e', program], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    expect(found.trim()).toBe(prebuilt);
  });

  it('holds a pinned OpenSSL', () => {
    const text = readFileSync(prebuilt).toString('latin1');
    const [, version] = /OpenSSL (3\.5\.\d+) \d/.exec(text) ?? [];
    expect(pins.map((pin) => pin.version)).toContain(version);
  });
});

describe('the reader of what a binary needs', () => {
  it('sees what Node itself needs', () => {
    const needs = needsOf(process.execPath);
    expect(needs.libraries).toContain('libc.so.6');
    expect(needs.libraries).toContain('libstdc++.so.6');
    expect(highestVersion(needs, 'GLIBC')).toMatch(/^2\.\d+/);
    expect(highestVersion(needs, 'GLIBCXX')).toMatch(/^3\.4/);
  });

  it('orders versions by their numbers', () => {
    const versions = ['2.31', '2.4', '2.2.5', '2.34', '2.17'];
    expect(versions.sort(compareVersions)).toEqual(['2.2.5', '2.4', '2.17', '2.31', '2.34']);
  });
});
