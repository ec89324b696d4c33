import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolder } from '../../lib/engine.js';
import { addon } from '../../lib/hsm/index.js';
import { unlockStore } from '../../lib/keys/root_key.js';
import { Kms } from '../../lib/kms.js';
import { decodeBootstrap } from '../../lib/store/bootstrap.js';
import { bootstrapPath } from '../../lib/store/sealed_store.js';
import { chainMacs, unwrapAuditKey } from '../reference/audit_trail.js';
import { deriveFromRootKey } from '../reference/root_key.js';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'keystead-audit-'));
});
afterEach(() => rmSync(path, { recursive: true }));

const rootKeyBytes = Uint8Array.from({ length: 32 }, (_, i) => i);
const rootKey = () => Uint8Array.from(rootKeyBytes);

/** What the store holds of the audit key, and the key's own key, from the specification alone. */
async function readAuditKey(): Promise<Uint8Array> {
  const ground = await openFolder(addon(), path);
  const unlocked = await unlockStore(addon(), ground, rootKey);
  const bootstrap = decodeBootstrap((await ground.get(bootstrapPath)) as Uint8Array);
  const record = await unlocked.store.get('audit/key');
  const { wrapped } = JSON.parse(Buffer.from(record?.value ?? []).toString('utf8'));
  addon().rootKeyDispose(unlocked.rootKey.handle);
  await ground.close();
  const auditKeyKey = deriveFromRootKey(rootKeyBytes, bootstrap.storeId, 'audit');
  return unwrapAuditKey(auditKeyKey, new Uint8Array(Buffer.from(wrapped, 'base64')));
}

test('the lines have the MACs that the specification says', async () => {
  const kms = await Kms.open({ path, rootKey, audit: true });
  await kms.client().createKey({ Description: 'größer' });
  await kms.client().generateRandom({ NumberOfBytes: 1 });
  await kms.close();
  const [file = ''] = readdirSync(join(path, 'audit'));
  const lines = readFileSync(join(path, 'audit', file), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(3);
  const written = lines.map((line) => (JSON.parse(line) as { mac: string }).mac);
  expect(written).toEqual(chainMacs(await readAuditKey(), lines));
  expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual([
    ['sequence', 'chain', 'mac'],
    ['sequence', 'event', 'mac'],
    ['sequence', 'event', 'mac'],
  ]);
});
