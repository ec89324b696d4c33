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

test('a message that is not bound to what is expected asks for nothing', async () => {
  const kms = await Kms.open({ path, audit: true });
  const client = kms.client();
  const cache = new DataKeyCache();
  const envelope = new Envelope({ kms: client, keyId: await newKey(client), cache });
  const message = await envelope.encrypt(new Uint8Array(3));
  await envelope.decrypt(message);
  const before = events().length;
  const work = envelope.decrypt(message, { encryptionContext: { a: 'b' } });
  await expect(work).rejects.toMatchObject({ code: 'ERR_ENCRYPTION_CONTEXT' });
  expect(events()).toHaveLength(before);
  await kms.close();
});

test('a program that replaced the global Promise sees what was refused as it was', async () => {
  const { Promise: original } = globalThis;
  const kms = await Kms.open({ path, audit: true });
  const client = kms.client();
  const keyId = await newKey(client);
  globalThis.Promise = class Replaced<T> extends original<T> {} as PromiseConstructor;
  try {
    const envelope = new Envelope({ kms: client, keyId, cache: new DataKeyCache() });
    const message = await envelope.encrypt(new Uint8Array(3));
    await envelope.decrypt(message);
    await client.disableKey({ KeyId: keyId });
    await expect(envelope.decrypt(message)).rejects.toMatchObject({
      code: 'ERR_DECRYPTION_FAILED',
    });
  } finally {
    globalThis.Promise = original;
  }
  await kms.close();
});
