import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { codeOf } from '../keys/support/engines.js';
import { startProgram } from './child_process.js';
import { bytes, fill, openingKey, Plaintext, rootKey } from './support/two_root_keys.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-rekey-'));
afterAll(() => rmSync(folder, { recursive: true }));

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
  const program = startProgram('rekey_program.mjs', path, `${bytes[0]}`, `${bytes[1]}`, '1');
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  const current = await openingKey(path, [CiphertextBlob]);
  expect(current).toBe(bytes[1]);
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
