// With an audit trail, every use of a kept data key is told, as the operation whose permission it
// needs.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AuditEvent } from '../../lib/audit/event.js';
import { DataKeyCache } from '../../lib/envelope/data_key_cache.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import { Kms } from '../../lib/kms.js';
import { newKey } from './support/test_kms.js';

const path = mkdtempSync(join(tmpdir(), 'keystead-audited-'));
afterAll(() => rmSync(path, { recursive: true }));

function events(): AuditEvent[] {
  const folder = join(path, 'audit');
  const lines = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
  );
  return lines.flatMap((line) => (JSON.parse(line) as { event?: AuditEvent }).event ?? []);
}

test('each message is an event', async () => {
  const kms = await Kms.open({ path, audit: true });
  const client = kms.client();
  const keyId = await newKey(client);
  const further = await newKey(client);
  const cache = new DataKeyCache();
  const envelope = new Envelope({ kms: client, keyId, wrappingKeyIds: [further], cache });
  const message = await envelope.encrypt(new Uint8Array(3), { encryptionContext: { a: 'b' } });
  await envelope.encrypt(new Uint8Array(3), { encryptionContext: { a: 'b' } });
  await envelope.decrypt(message);
  await envelope.decrypt(message);
  await client.disableKey({ KeyId: keyId });
  await envelope.decrypt(message);
  await kms.close();
  const told = events()
    .slice(2)
    .map(({ eventName, errorCode, requestParameters }) => {
      const { keyId: key } = (requestParameters ?? {}) as { keyId?: string };
      return [eventName, key === keyId ? 'first' : 'further', errorCode];
    });
  const encryption = [
    ['GenerateDataKey', 'first', undefined],
    ['Encrypt', 'further', undefined],
  ];
  expect(told).toEqual([
    ...encryption,
    ...encryption,
    ['Decrypt', 'first', undefined],
    ['Decrypt', 'first', undefined],
    ['DisableKey', 'first', undefined],
    // What was kept is asked for, then the first key itself, then the other.
    ['Decrypt', 'first', 'DisabledException'],
    ['Decrypt', 'first', 'DisabledException'],
    ['Decrypt', 'further', undefined],
  ]);
  for (const { requestParameters } of events().filter(({ eventName }) => eventName === 'Encrypt')) {
    expect(JSON.stringify(requestParameters)).not.toContain('dataKey');
  }
});
