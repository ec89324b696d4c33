// Accounts and Regions side by side in one store.

import { expect, test } from 'vitest';
import { account, codeOf, dayMs, engineOn, otherAccount, region } from './support/engines.js';

const Plaintext = Uint8Array.of(1);
const scopes = [
  { account, region },
  { account, region: 'us-east-1' },
  { account: otherAccount, region },
  { account: otherAccount, region: 'us-east-1' },
];

test('each has its own keys, aliases and lists', async () => {
  const engine = await engineOn();
  const made = [];
  for (const scope of scopes) {
    const client = engine.client({ principal: `arn:aws:iam::${scope.account}:root`, ...scope });
    const { KeyMetadata } = await client.createKey();
    const { KeyId, Arn } = KeyMetadata;
    expect(Arn).toBe(`arn:aws:kms:${scope.region}:${scope.account}:key/${KeyId}`);
    await client.createAlias({ AliasName: 'alias/same', TargetKeyId: KeyId });
    const { CiphertextBlob } = await client.encrypt({ KeyId: 'alias/same', Plaintext });
    made.push({ client, KeyId, Arn, CiphertextBlob });
  }
  for (const { client, KeyId, Arn, CiphertextBlob } of made) {
    expect((await client.listKeys()).Keys).toEqual([{ KeyId, KeyArn: Arn }]);
    expect((await client.listAliases()).Aliases.map((alias) => alias.TargetKeyId)).toEqual([KeyId]);
    expect((await client.describeKey({ KeyId: 'alias/same' })).KeyMetadata.Arn).toBe(Arn);
    expect((await client.decrypt({ CiphertextBlob })).KeyId).toBe(Arn);
    for (const other of made.filter((one) => one.client !== client)) {
      expect(await codeOf(client.describeKey({ KeyId: other.KeyId }))).toBe('NotFoundException');
      expect(await codeOf(client.describeKey({ KeyId: other.Arn }))).toMatch(
        /^(NotFoundException|AccessDeniedException)$/,
      );
      expect(await codeOf(client.decrypt({ CiphertextBlob: other.CiphertextBlob }))).toBe(
        'AccessDeniedException',
      );
    }
  }
});

test('what is done in one leaves the others alone', async () => {
  const engine = await engineOn();
  const clients = scopes.map((scope) =>
    engine.client({ principal: `arn:aws:iam::${scope.account}:root`, ...scope }),
  );
  const keyIds: string[] = [];
  for (const client of clients) {
    const { KeyMetadata } = await client.createKey();
    keyIds.push(KeyMetadata.KeyId);
    await client.createAlias({ AliasName: 'alias/same', TargetKeyId: KeyMetadata.KeyId });
  }
  await clients[0]?.scheduleKeyDeletion({ KeyId: keyIds[0] as string, PendingWindowInDays: 7 });
  engine.clock.nowMs += 7 * dayMs;
  expect((await engine.runDue()).keysDestroyed).toBe(1);
  const codes = await Promise.all(
    clients.map((client) => codeOf(client.encrypt({ KeyId: 'alias/same', Plaintext }))),
  );
  expect(codes).toEqual(['NotFoundException', undefined, undefined, undefined]);
});
