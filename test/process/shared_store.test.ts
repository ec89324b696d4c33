import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { startProgram } from './child_process.js';

const folders = mkdtempSync(join(tmpdir(), 'keystead-shared-'));
afterAll(() => rmSync(folders, { recursive: true }));

test('sixteen processes that open an empty folder at once make one store with one root key', async () => {
  const path = join(folders, 'sixteen');
  const aliases = Array.from({ length: 16 }, (_, i) => `alias/${i}`);
  const programs = aliases.map((alias) => startProgram('open_program.mjs', path, alias));
  for (const { process } of programs) process.stdin.end('go\n');
  for (const { ended } of programs) expect(await ended).toEqual({ status: 0, stderr: '' });
  const kms = await Kms.open({ path });
  for (const [i, KeyId] of aliases.entries()) {
    const { KeyMetadata } = await kms.client().describeKey({ KeyId });
    expect([KeyMetadata.Arn]).toEqual(programs[i]?.lines());
    await kms.client().encrypt({ KeyId, Plaintext: Uint8Array.of(1) });
  }
  await kms.close();
  expect(readdirSync(path).sort()).toEqual([
    'keystead.epoch',
    'keystead.lmdb',
    'keystead.lmdb-lock',
    'root.key',
  ]);
});

test('what one process made, the next request of another finds', async () => {
  const path = join(folders, 'two');
  const kms = await Kms.open({ path });
  const client = kms.client();
  const program = startProgram('names_program.mjs', path);
  const answer = (count: number) =>
    vi.waitFor(() => expect(program.lines()).toHaveLength(count), { timeout: 20_000, interval: 1 });
  await answer(1);
  for (let i = 0; i < 20; i++) {
    const KeyId = `alias/${i}`;
    await expect(client.describeKey({ KeyId })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
    program.process.stdin.write(`${KeyId}\n`);
    await answer(i + 2);
    const { KeyMetadata } = await client.describeKey({ KeyId });
    expect(KeyMetadata.KeyId).toBe(program.lines().at(-1));
    await client.encrypt({ KeyId, Plaintext: Uint8Array.of(1) });
  }
  program.process.stdin.end();
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  await kms.close();
});
