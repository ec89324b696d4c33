// Messages whose data keys come out of a cache.

import { expect, test } from 'vitest';
import { DataKeyCache } from '../../lib/envelope/data_key_cache.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import type { EnvelopeOptions } from '../../lib/envelope/envelope_options.js';
import { nativeInfo, parseMessageHeader } from '../../lib/hsm/index.js';
import { countingKms } from './support/counting_kms.js';
import { drain } from './support/forms.js';
import { patternBytes } from './support/test_bytes.js';
import { newKey, openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const second = await newKey(client);
const plaintext = patternBytes(200);

const over = (options: Partial<EnvelopeOptions>) =>
  new Envelope({ kms: client, keyId, frameLength: 64, ...options });

/** By its encrypted form. */
function dataKeyOf(message: Uint8Array): string {
  const header = parseMessageHeader(message);
  return Buffer.from(header?.dataKeyFields ?? []).toString('hex');
}
function messageIdOf(message: Uint8Array): string {
  return Buffer.from(parseMessageHeader(message)?.messageId ?? []).toString('hex');
}

test('messages share a data key, and never a message id', async () => {
  const { kms, calls } = countingKms(client);
  const envelope = over({ kms, cache: new DataKeyCache(), wrappingKeyIds: [second] });
  const messages = await Promise.all(Array.from({ length: 20 }, () => envelope.encrypt(plaintext)));
  expect(new Set(messages.map(dataKeyOf)).size).toBe(1);
  expect(new Set(messages.map(messageIdOf)).size).toBe(20);
  for (const message of messages) {
    expect(Buffer.compare((await envelope.decrypt(message)).plaintext, plaintext)).toBe(0);
  }
  expect(calls).toEqual({ generateDataKey: 1, encrypt: 1, decrypt: 1 });
});

test('Envelopes that ask the same of one client share one, whatever their frames', async () => {
  const cache = new DataKeyCache();
  const [one, same, other] = [
    over({ cache }),
    over({ cache, frameLength: 1000 }),
    over({ cache, decryptKeyIds: [second] }),
  ];
  const [a, b, c] = [
    await one.encrypt(plaintext),
    await same.encrypt(plaintext),
    await other.encrypt(plaintext),
  ];
  expect(dataKeyOf(b)).toBe(dataKeyOf(a));
  expect(parseMessageHeader(b)?.frameLengthBytes).toBe(1000);
  expect(dataKeyOf(c)).not.toBe(dataKeyOf(a));
});

test('an opened data key serves only Envelopes with the same keys', async () => {
  const cache = new DataKeyCache();
  const message = await over({}).encrypt(plaintext);
  await over({ cache }).decrypt(message);
  const others = over({ cache, keyId: second }).decrypt(message);
  await expect(others).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
});

test('messages of several tenants in turn are each opened with their own data key', async () => {
  const { kms, calls } = countingKms(client);
  const envelope = over({ kms, cache: new DataKeyCache() });
  const tenants = ['alice', 'bob', 'alice', 'carol', 'bob'];
  for (let round = 0; round < 3; round++) {
    for (const tenant of tenants) {
      const encryptionContext = { tenant };
      const opened = await envelope.decrypt(
        await envelope.encrypt(plaintext, { encryptionContext }),
      );
      expect(opened.encryptionContext).toEqual({ tenant });
      expect(Buffer.compare(opened.plaintext, plaintext)).toBe(0);
    }
  }
  expect(calls).toEqual({ generateDataKey: 3, encrypt: 0, decrypt: 3 });
});

test('what is expected of a message counts although its data key is kept', async () => {
  const envelope = over({ cache: new DataKeyCache() });
  const message = await envelope.encrypt(plaintext, { encryptionContext: { tenant: 'alice' } });
  const decrypt = (tenant: string) => envelope.decrypt(message, { encryptionContext: { tenant } });
  await decrypt('alice');
  await expect(decrypt('bob')).rejects.toMatchObject({ code: 'ERR_ENCRYPTION_CONTEXT' });
  await decrypt('alice');
});

test('a caller that changes what it was told changes nothing for the next', async () => {
  const envelope = over({ cache: new DataKeyCache() });
  const message = await envelope.encrypt(plaintext, { encryptionContext: { tenant: 'alice' } });
  for (let i = 0; i < 3; i++) {
    const { encryptionContext } = await envelope.decrypt(message);
    expect(encryptionContext).toEqual({ tenant: 'alice' });
    (encryptionContext as Record<string, string>)['tenant'] = 'bob';
  }
});

test('a changed byte of a header is refused although its data key is kept', async () => {
  const envelope = over({ cache: new DataKeyCache() });
  const message = await envelope.encrypt(plaintext, { encryptionContext: { tenant: 'alice' } });
  await envelope.decrypt(message);
  const header = parseMessageHeader(message)?.lengthBytes as number;
  for (let i = 0; i < header; i++) {
    const changed = Uint8Array.from(message);
    changed[i] = (changed[i] as number) ^ 1;
    await expect(envelope.decrypt(changed), `byte ${i}`).rejects.toThrow();
  }
});

test('messages and boxes share none', async () => {
  const cache = new DataKeyCache({ kms: client });
  const { dataKey, encryptedDataKey } = await cache.get({ keyId });
  dataKey.dispose();
  const message = await over({ cache }).encrypt(plaintext);
  expect(Buffer.from(message).includes(Buffer.from(encryptedDataKey))).toBe(false);
});

test('a disabled key is refused at once, with a message already opened', async () => {
  const key = await newKey(client);
  const envelope = over({ keyId: key, cache: new DataKeyCache() });
  const message = await envelope.encrypt(plaintext);
  await envelope.decrypt(message);
  await client.disableKey({ KeyId: key });
  await expect(envelope.encrypt(plaintext)).rejects.toMatchObject({ code: 'DisabledException' });
  await expect(envelope.decrypt(message)).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
  await client.enableKey({ KeyId: key });
  await envelope.decrypt(message);
});

test('an opened data key does not serve an alias that names another key now', async () => {
  await client.createAlias({ AliasName: 'alias/moves', TargetKeyId: keyId });
  const envelope = over({ keyId: 'alias/moves', cache: new DataKeyCache() });
  const message = await envelope.encrypt(plaintext);
  await envelope.decrypt(message);
  await client.updateAlias({ AliasName: 'alias/moves', TargetKeyId: second });
  await expect(envelope.decrypt(message)).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
});

test('a further wrapping key that is disabled is noticed, too', async () => {
  const key = await newKey(client);
  const envelope = over({ wrappingKeyIds: [key], cache: new DataKeyCache() });
  await envelope.encrypt(plaintext);
  await client.disableKey({ KeyId: key });
  await expect(envelope.encrypt(plaintext)).rejects.toMatchObject({ code: 'DisabledException' });
});

test('the limits count messages and their bytes', async () => {
  const byMessages = over({ cache: new DataKeyCache({ maxMessages: 2 }) });
  const byBytes = over({ cache: new DataKeyCache({ maxBytes: 2 * plaintext.length }) });
  for (const envelope of [byMessages, byBytes]) {
    const keys: string[] = [];
    for (let i = 0; i < 5; i++) keys.push(dataKeyOf(await envelope.encrypt(plaintext)));
    expect(keys.map((key) => keys.indexOf(key))).toEqual([0, 0, 2, 2, 4]);
  }
});

test('a stream shares a data key only when it says how long it is, and holds to it', async () => {
  const envelope = over({ cache: new DataKeyCache() });
  const streamed = async (plaintextSize?: number) => {
    const stream = envelope.encryptStream({ plaintextSize });
    stream.end(plaintext);
    return drain(stream);
  };
  const [first, second] = [await streamed(plaintext.length), await streamed(plaintext.length)];
  expect(dataKeyOf(second.released)).toBe(dataKeyOf(first.released));
  const unknown = await streamed();
  expect(dataKeyOf(unknown.released)).not.toBe(dataKeyOf(first.released));
  for (const wrong of [0, plaintext.length - 1, plaintext.length + 1]) {
    expect((await streamed(wrong)).code).toBe('ERR_INVALID_ARGUMENT');
  }
});

test('a signed message has a data key of its own; its opened one is kept', async () => {
  const { kms, calls } = countingKms(client);
  const envelope = over({ kms, suite: 0x0578, cache: new DataKeyCache() });
  const [one, another] = [await envelope.encrypt(plaintext), await envelope.encrypt(plaintext)];
  expect(dataKeyOf(another)).not.toBe(dataKeyOf(one));
  await envelope.decrypt(one);
  await envelope.decrypt(one);
  expect(calls).toEqual({ generateDataKey: 2, encrypt: 0, decrypt: 1 });
});

test('what is cleared is wiped, when its last message is done', async () => {
  const cache = new DataKeyCache();
  const envelope = over({ cache });
  await envelope.decrypt(await envelope.encrypt(plaintext));
  cache.clear();
  const before = nativeInfo().memory.bytesInUse;
  const message = await envelope.encrypt(plaintext);
  await envelope.decrypt(message);
  expect(nativeInfo().memory.bytesInUse).toBeGreaterThan(before);
  const stream = envelope.encryptStream({ plaintextSize: plaintext.length });
  stream.write(plaintext.subarray(0, 100));
  await new Promise((resolve) => setImmediate(resolve));
  cache.clear();
  expect(cache.size).toBe(0);
  stream.end(plaintext.subarray(100));
  const { released } = await drain(stream);
  await envelope.decrypt(released);
  cache.clear();
  expect(nativeInfo().memory.bytesInUse).toBe(before);
});
