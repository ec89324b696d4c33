// The old C library that the binary is made against: where its packages come from, and how compilers find it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { mirrorLines } from '../../native/openssl/debian_mirrors.mjs';
import { compilerEnvironment, compilers } from '../../native/sysroot/compilers.mjs';
import { release } from '../../native/sysroot/debian_release.mjs';
import { sysrootFolder } from '../../native/sysroot/provide.mjs';

test('its packages come from the configured mirrors, with the suite replaced', async () => {
  const apt = await mkdtemp(path.join(tmpdir(), 'keystead-apt-'));
  const lines = [
    'deb http://mirror.example/debian bookworm main',
    'deb http://mirror.example/debian-security bookworm-security main',
  ];
  await writeFile(path.join(apt, 'sources.list'), lines.join('\n'));
  const found = await mirrorLines({ type: 'deb', suite: release.suite }, apt);
  await rm(apt, { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  expect(found).toEqual([
    `deb [signed-by=${keyring}] http://mirror.example/debian ${release.suite} main`,
  ]);
});

test('its compilers are told by name, so that a library says nothing of the machine', () => {
  const folder = sysrootFolder();
  const { CC, CXX, PATH } = compilerEnvironment(folder, { PATH: '/usr/bin' });
  expect(compilers(path.basename(folder)).map(({ name }) => name)).toEqual([CC, CXX]);
  expect(`${CC} ${CXX}`).not.toContain(path.sep);
  expect(PATH).toBe(`${path.join(folder, 'bin')}:/usr/bin`);
});

test('another recipe for the compilers is another sysroot and another OpenSSL', () => {
  expect(path.basename(sysrootFolder())).toMatch(
    new RegExp(`^${release.suite}-(amd64|arm64)-[0-9a-f]{12}$`),
  );
});
