import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { codeOf } from '../keys/support/engines.js';
import { soakCount } from '../soak/support/scale.js';
import { startProgram } from './child_process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-rekey-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Plaintext = Uint8Array.of(1, 2, 3);
const bytes = [0xa, 0xb] as const;
const rootKey = (byte: number) => () => new Uint8Array(32).fill(byte);

async function fill(path: string, keys: number): Promise<Uint8Array[]> {
  const kms = await Kms.open({ path, rootKey: rootKey(bytes[0]) });
  const client = kms.client();
  const made = await Promise.all(Array.from({ length: keys }, () => client.createKey()));
  const blobs = await Promise.all(
    made.map(({ KeyMetadata: { KeyId } }) => client.encrypt({ KeyId, Plaintext })),
  );
  await kms.close();
  return blobs.map(({ CiphertextBlob }) => CiphertextBlob);
}

/** Which of the two keys opens the store: one exactly, and under it every key works. */
async function openingKey(path: string, blobs: readonly Uint8Array[]): Promise<number> {
  const opening: number[] = [];
  for (const byte of bytes) {
    const kms = await Kms.open({ path, rootKey: rootKey(byte) }).catch((error) => {
      expect(error).toMatchObject({ code: 'ERR_ROOT_KEY' });
    });
    if (kms === undefined) continue;
    opening.push(byte);
    for (const CiphertextBlob of blobs)
      expect((await kms.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
    await kms.client().createKey();
    await kms.close();
  }
  expect(opening).toHaveLength(1);
  return opening[0] as number;
}

const kills = soakCount(4, 100);

test(`${kills} times killed half way, the store is whole under the one key or the other`, async () => {
  const path = join(folder, 'killed');
  const blobs = await fill(path, 300);
  let current: number = bytes[0];
  for (let kill = 0; kill < kills; kill++) {
    const other = bytes[0] + bytes[1] - current;
    const program = startProgram('rekey_program.mjs', path, `${current}`, `${other}`);
    await vi.waitFor(() => expect(program.lines()).toContain('begin'), {
      timeout: 20_000,
      interval: 1,
    });
    await sleep(Math.random() * 40);
    program.process.kill('SIGKILL');
    expect(await program.ended).toEqual({ status: null, stderr: '' });
    const lines = program.lines();
    const done = lines.filter((line) => line === 'done').length;
    const opening = await openingKey(path, blobs);
    // What had begun may have been done, acknowledged or not.
    if (lines.at(-1) === 'done') expect(opening).toBe(done % 2 === 0 ? current : other);
    current = opening;
  }
});

test('under the writes of others: all that they were told of is there, and they write no more', async () => {
  const path = join(folder, 'busy');
  const blobs = await fill(path, 50);
  const writers = [0, 1].map(() => startProgram('key_maker_program.mjs', path, `${bytes[0]}`));
  await vi.waitFor(() => expect(writers.every((writer) => writer.lines().length > 3)).toBe(true), {
    timeout: 20_000,
    interval: 1,
  });
  const kms = await Kms.open({ path, rootKey: rootKey(bytes[0]) });
  const client = kms.client();
  const own = Array.from({ length: 10 }, () => client.createKey());
  await kms.rekey(rootKey(bytes[1]));
  const made = await Promise.all(own);
  const keyIds = made.map(({ KeyMetadata }) => KeyMetadata.KeyId);
  for (const writer of writers) {
    expect((await writer.ended).status).toBe(0);
    expect(writer.lines().slice(-4)).toEqual(Array(4).fill('ERR_ROOT_KEY'));
    keyIds.push(...writer.lines().slice(0, -4));
  }
  for (const KeyId of keyIds) await client.encrypt({ KeyId, Plaintext });
  await kms.close();
  expect(await openingKey(path, blobs)).toBe(bytes[1]);
});

test('who opens it anew, beside a Kms that is still open under the old key, has the new one', async () => {
  const path = join(folder, 'anew');
  const [CiphertextBlob = new Uint8Array()] = await fill(path, 1);
  const stale = await Kms.open({ path, rootKey: rootKey(bytes[0]) });
  await stale.client().decrypt({ CiphertextBlob });
  const program = startProgram('rekey_program.mjs', path, `${bytes[0]}`, `${bytes[1]}`);
  await vi.waitFor(() => expect(program.lines()).toContain('done'), { timeout: 20_000 });
  program.process.kill('SIGKILL');
  await program.ended;
  const current = await openingKey(path, [CiphertextBlob]);
  expect(await codeOf(stale.client().decrypt({ CiphertextBlob }))).toBe('ERR_ROOT_KEY');
  const renewed = await Kms.open({ path, rootKey: rootKey(current) });
  await renewed.client().decrypt({ CiphertextBlob });
  const joined = await Kms.open({ path, rootKey: rootKey(current) });
  await stale.close();
  for (const kms of [renewed, joined]) {
    await kms.client().decrypt({ CiphertextBlob });
    await kms.close();
  }
});
