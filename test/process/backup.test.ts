import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { codeOf } from '../keys/support/engines.js';
import { expectWholeStore } from '../soak/support/whole_store.js';
import { startProgram } from './child_process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Plaintext = Uint8Array.of(1, 2, 3);

test('is restored elsewhere with the root key, and not without', async () => {
  const path = join(folder, 'source');
  const kms = await Kms.open({ path });
  const { KeyMetadata } = await kms.client().createKey();
  const { CiphertextBlob } = await kms.client().encrypt({ KeyId: KeyMetadata.KeyId, Plaintext });
  const copy = join(folder, 'copy');
  await kms.backup(copy);
  // What comes after it is not in it.
  const later = (await kms.client().createKey()).KeyMetadata.KeyId;
  await kms.close();
  expect(readdirSync(copy)).toEqual(['keystead.lmdb']);
  expect(await codeOf(Kms.open({ path: copy }))).toBe('ERR_ROOT_KEY');
  expect(readdirSync(copy)).not.toContain('root.key');
  const other = () => new Uint8Array(32).fill(1);
  expect(await codeOf(Kms.open({ path: copy, rootKey: other }))).toBe('ERR_ROOT_KEY');
  copyFileSync(join(path, 'root.key'), join(copy, 'root.key'));
  const restored = await Kms.open({ path: copy });
  // The last use was written before.
  const { KeyLastUsage } = await restored.client().getKeyLastUsage({ KeyId: KeyMetadata.KeyId });
  expect(KeyLastUsage?.Operation).toBe('Encrypt');
  expect((await restored.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
  expect(await codeOf(restored.client().describeKey({ KeyId: later }))).toBe('NotFoundException');
  await restored.close();
});

test('under the writes of another process is of one moment', async () => {
  const path = join(folder, 'busy');
  const writer = startProgram('writer_program.mjs', path, 'busy');
  await vi.waitFor(() => expect(writer.lines().length).toBeGreaterThan(20), {
    timeout: 20_000,
    interval: 1,
  });
  const kms = await Kms.open({ path });
  const copies = [1, 2, 3, 4].map((n) => join(folder, `moment-${n}`));
  for (const copy of copies) await kms.backup(copy);
  writer.process.kill('SIGKILL');
  await writer.ended;
  await kms.close();
  for (const copy of copies) {
    copyFileSync(join(path, 'root.key'), join(copy, 'root.key'));
    await expectWholeStore(copy);
    await (await Kms.open({ path: copy })).close();
  }
});

test('goes into no folder that holds something, and into no closed one', async () => {
  const kms = await Kms.open({ path: join(folder, 'refused') });
  const full = join(folder, 'full');
  mkdirSync(join(full, 'something'), { recursive: true });
  expect(await codeOf(kms.backup(full))).toBe('ERR_STORE');
  expect(await codeOf(kms.backup(''))).toBe('ERR_INVALID_ARGUMENT');
  await kms.close();
  expect(await codeOf(kms.backup(join(folder, 'closed')))).toBe('ERR_CLOSED');
  const inMemory = await Kms.open({ store: 'memory' });
  expect(await codeOf(inMemory.backup(join(folder, 'memory')))).toBe('ERR_STORE');
  await inMemory.close();
});
