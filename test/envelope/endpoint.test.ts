// Messages over our endpoint, through the AWS SDK's KMS: what it opens, the KMS of the process opens,
// and the Encryption SDK, and the other way round.

import * as aws from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataKeyCache } from '../../lib/envelope/data_key_cache.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import type { KmsClient } from '../../lib/kms_client.js';
import {
  account,
  makeAccessKey,
  region,
  startServer,
  type TestServer,
} from '../server/support/test_server.js';
import { sdk, sdkKeyring } from './support/client_node.js';
import { drain } from './support/forms.js';
import { patternBytes } from './support/test_bytes.js';
import { newKey } from './support/test_kms.js';

let server: TestServer;
let remote: aws.KMS;
let local: KmsClient;
let keyId: string;
let further: string;
beforeAll(async () => {
  server = await startServer();
  const credentials = await makeAccessKey(server);
  remote = new aws.KMS({ endpoint: server.url, region, credentials, maxAttempts: 1 });
  local = server.kms.client();
  keyId = await newKey(local);
  further = await newKey(local);
});
afterAll(async () => {
  remote.destroy();
  await server.close();
});

const plaintext = patternBytes(200_000);
const encryptionContext = { tenant: 'alice', päck: '🐕' };

test.each([0x0478, 0x0578] as const)('suite %i goes every way', async (suite) => {
  const envelopes = [remote, local].map(
    (kms) => new Envelope({ kms, keyId, wrappingKeyIds: [further], suite }),
  );
  const keyring = sdkKeyring(remote, keyId, [further]);
  const messages = [
    ...(await Promise.all(envelopes.map((one) => one.encrypt(plaintext, { encryptionContext })))),
    (await sdk.encrypt(keyring, plaintext, { encryptionContext })).result,
  ];
  for (const message of messages) {
    for (const envelope of envelopes) {
      const read = await envelope.decrypt(message, { encryptionContext });
      expect(Buffer.compare(read.plaintext, plaintext)).toBe(0);
      expect(read.keyId).toBe(keyId);
    }
    const theirs = await sdk.decrypt(keyring, message);
    expect(theirs.plaintext.equals(plaintext)).toBe(true);
  }
});

test('streams, aliases and discovery work over the network, too', async () => {
  await local.createAlias({ AliasName: 'alias/streams', TargetKeyId: keyId });
  const encrypting = new Envelope({ kms: remote, keyId: 'alias/streams' }).encryptStream();
  encrypting.end(plaintext);
  const { released: message } = await drain(encrypting);
  for (const options of [
    { keyId: 'alias/streams' },
    { discovery: { accounts: [account] } },
    { decryptKeyIds: [keyId] },
  ]) {
    const decrypting = new Envelope({ kms: remote, ...options }).decryptStream();
    decrypting.end(message);
    const { released, code } = await drain(decrypting);
    expect(code).toBeUndefined();
    expect(released.equals(plaintext)).toBe(true);
  }
});

describe('what the endpoint refuses', () => {
  test('is told when encrypting, and passed over when decrypting', async () => {
    const envelope = new Envelope({ kms: remote, keyId, wrappingKeyIds: [further] });
    const message = await envelope.encrypt(plaintext);
    await local.disableKey({ KeyId: keyId });
    await expect(envelope.encrypt(plaintext)).rejects.toMatchObject({ name: 'DisabledException' });
    expect((await envelope.decrypt(message)).keyId).toBe(further);
    const alone = new Envelope({ kms: remote, keyId });
    const refused = { code: 'ERR_DECRYPTION_FAILED' };
    await expect(alone.decrypt(message)).rejects.toMatchObject(refused);
    await local.enableKey({ KeyId: keyId });
  });

  test('is not known to a cache before its time is over', async () => {
    const cache = new DataKeyCache({ maxAgeSeconds: 3600 });
    const envelope = new Envelope({ kms: remote, keyId, cache });
    const message = await envelope.encrypt(plaintext);
    await envelope.decrypt(message);
    await local.disableKey({ KeyId: keyId });
    await envelope.decrypt(await envelope.encrypt(plaintext));
    cache.clear();
    await expect(envelope.encrypt(plaintext)).rejects.toMatchObject({ name: 'DisabledException' });
    await local.enableKey({ KeyId: keyId });
  });
});

test('an endpoint that is not there is told as such', async () => {
  const nowhere = new aws.KMS({
    endpoint: 'http://127.0.0.1:1',
    region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  const message = await new Envelope({ kms: local, keyId }).encrypt(plaintext);
  const envelope = new Envelope({ kms: nowhere, keyId });
  await expect(envelope.decrypt(message)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  nowhere.destroy();
});
