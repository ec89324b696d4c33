// Whatever is asked, the answer is an answer or one of our errors: never a TypeError, never a crash,
// and the store stays whole.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeysteadError, KmsError } from '../../lib/errors.js';
import { Kms } from '../../lib/kms.js';
import type { KmsClient } from '../../lib/kms_client.js';
import { operations } from '../../lib/operations/table.js';
import type { KeyMetadata } from '../../lib/types.js';
import { type OperationName, operationNames, requests, type Scene } from './support/scene.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-hostile-'));
let kms: Kms;
let client: KmsClient;
let key: KeyMetadata;
let scene: Scene;
beforeAll(async () => {
  kms = await Kms.open({ path: folder });
  client = kms.client();
  key = (await client.createKey()).KeyMetadata;
  const { CiphertextBlob } = await client.encrypt({
    KeyId: key.KeyId,
    Plaintext: Uint8Array.of(1),
  });
  const grant = { KeyId: key.KeyId, GranteePrincipal: kmsRoot, Operations: ['Encrypt' as const] };
  const { GrantId, GrantToken } = await client.createGrant(grant);
  scene = {
    key,
    second: key,
    blob: CiphertextBlob,
    grantId: GrantId,
    grantToken: GrantToken,
    aliasName: 'alias/a',
  } as Scene;
});
afterAll(async () => {
  await kms.close();
  rmSync(folder, { recursive: true });
});
const kmsRoot = 'arn:aws:iam::000000000000:root';

const strings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    '\uD800',
    '__proto__',
    '../../key',
    'alias/',
    'arn:aws:kms:::',
    'x'.repeat(3000),
  ),
  fc.string({ maxLength: 40 }).map((text) => `alias/${text}`),
  fc.string({ maxLength: 40 }).map((text) => `arn:aws:kms:us-east-1:000000000000:key/${text}`),
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((text) => Buffer.from(text).toString('base64url')),
);
const value = fc.oneof(
  strings,
  fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true, withDate: true }),
  fc.uint8Array({ maxLength: 200 }),
  fc.array(strings, { maxLength: 3 }),
  fc.integer(),
);

/** A valid request with some of its members, and others of its shape, replaced. */
function hostile(name: OperationName): fc.Arbitrary<object> {
  const members = Object.keys(operations[name].validate.shape);
  const changes = fc.dictionary(fc.constantFrom(...members, 'DryRun', 'Nonsense'), value, {
    minKeys: 1,
    maxKeys: 3,
  });
  return changes.map((changed) => ({ ...requests[name](scene), ...changed }));
}

/** What would take the key away from the others. */
const harmless = operationNames.filter(
  (name) => !['CreateKey', 'DisableKey', 'PutKeyPolicy', 'ScheduleKeyDeletion'].includes(name),
);

test.each(harmless)('%s', async (name) => {
  const input = name === 'ListKeys' ? hostile('ListAliases') : hostile(name);
  await fc.assert(
    fc.asyncProperty(input, async (request) => {
      const error = await client.call(name, request).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) return;
      const isOurs = error instanceof KmsError || error instanceof KeysteadError;
      expect(isOurs ? 'ours' : error).toBe('ours');
      if (error instanceof KeysteadError) expect(error.code).toBe('ERR_INVALID_ARGUMENT');
    }),
    { numRuns: 60 },
  );
  const { KeyMetadata } = await client.describeKey({ KeyId: key.KeyId });
  expect(KeyMetadata).toMatchObject({ Arn: key.Arn, KeyState: 'Enabled' });
});

test.each([undefined, null, 'text', 7, [], new Date(0), () => ({}), Symbol.iterator])(
  'an input that is none: %o',
  async (input) => {
    for (const name of operationNames) {
      const error = await client.call(name, input as object).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) expect(error).toBeInstanceOf(KmsError);
    }
  },
);
