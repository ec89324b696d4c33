import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { account, codeOf } from '../keys/support/engines.js';
import { expectWholeStore } from '../soak/support/whole_store.js';
import { startProgram } from './child_process.js';

const path = mkdtempSync(join(tmpdir(), 'keystead-due-'));
afterAll(() => rmSync(path, { recursive: true }));

test('among several processes each job is done once', async () => {
  const kms = await Kms.open({ path, account });
  const client = kms.client();
  const made = await Promise.all(Array.from({ length: 60 }, () => client.createKey()));
  const keyIds = made.map(({ KeyMetadata }) => KeyMetadata.KeyId);
  const [deleted, rotated] = [keyIds.slice(0, 30), keyIds.slice(30)];
  for (const KeyId of deleted) await client.scheduleKeyDeletion({ KeyId });
  for (const KeyId of rotated) await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  const programs = [1, 2, 3, 4].map(() => startProgram('due_program.mjs', path, '91'));
  await vi.waitFor(
    () => expect(programs.every((program) => program.lines().length === 1)).toBe(true),
    { timeout: 20_000, interval: 5 },
  );
  for (const { process } of programs) process.stdin.end('go\n');
  for (const { ended } of programs) expect(await ended).toEqual({ status: 0, stderr: '' });
  const reports = programs.map((program) => JSON.parse(program.lines()[1] as string));
  const sum = (name: string) => reports.reduce((total, report) => total + report[name], 0);
  expect([sum('keysDestroyed'), sum('keysRotated')]).toEqual([30, 30]);
  for (const KeyId of deleted)
    expect(await codeOf(client.describeKey({ KeyId }))).toBe('NotFoundException');
  for (const KeyId of rotated) {
    const request = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' } as const;
    expect((await client.listKeyRotations(request)).Rotations).toHaveLength(2);
  }
  await kms.close();
  await expectWholeStore(path);
});
