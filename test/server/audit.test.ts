// The audit trail of a server under load: an event for each request, answered or refused, and nothing
// secret in any line.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditEvent } from '../../lib/audit/event.js';
import { Kms } from '../../lib/kms.js';
import { callKms } from './support/signed_client.js';
import { makeAccessKey, startServer } from './support/test_server.js';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'keystead-audit-'));
});
afterEach(() => rmSync(path, { recursive: true }));

const rounds = 40;
/** Clients at a time. */
const lanes = 8;

function readLines(): string[] {
  const folder = join(path, 'audit');
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
  );
}

test('has one event for each request made under load, and no secret', async () => {
  const server = await startServer({}, { store: undefined, path, audit: true });
  const credentials = await makeAccessKey(server);
  const secrets = [credentials.secretAccessKey];
  const requestIds: string[] = [];
  const call = async (operation: string, input: object) => {
    const answer = await callKms(server.url, operation, input, { credentials });
    requestIds.push(String(answer.headers['x-amzn-requestid']));
    return JSON.parse(answer.body) as Record<string, string>;
  };
  const made = await callKms(server.url, 'CreateKey', {}, { credentials });
  requestIds.push(String(made.headers['x-amzn-requestid']));
  const { KeyId } = JSON.parse(made.body).KeyMetadata;
  const lane = async () => {
    for (let i = 0; i < rounds; i++) {
      const dataKey = await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
      const { CiphertextBlob = '', Plaintext = '' } = dataKey;
      secrets.push(Plaintext, CiphertextBlob);
      expect((await call('Decrypt', { CiphertextBlob }))['Plaintext']).toBe(Plaintext);
      const EncryptionContext = { round: String(i) };
      await call('Decrypt', { CiphertextBlob, EncryptionContext });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await server.close();

  const lines = readLines();
  const events = lines
    .map((line) => (JSON.parse(line) as { event?: AuditEvent }).event)
    .filter((event) => event !== undefined);
  const told = events.filter(({ eventSource }) => eventSource === 'kms.amazonaws.com');
  expect(told.map(({ requestID }) => requestID).sort()).toEqual(requestIds.sort());
  const refused = told.filter(({ errorCode }) => errorCode === 'InvalidCiphertextException');
  expect(refused).toHaveLength(rounds * lanes);
  const text = lines.join('\n');
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  expect(text).not.toContain('AWS4-HMAC-SHA256');
  const kms = await Kms.open({ path });
  expect(await kms.verifyAudit()).toMatchObject({ ok: true });
  await kms.close();
});
