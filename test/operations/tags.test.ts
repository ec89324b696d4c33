// Tags: TagException's texts, merging, case.

import { beforeEach, describe, expect, test } from 'vitest';
import { account } from '../unit/engine_for_tests.js';
import { allow, makeScene, outcome, type Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const tags = (...names: string[]) => names.map((TagKey) => ({ TagKey, TagValue: `${TagKey}!` }));
const many = (count: number) => tags(...Array.from({ length: count }, (_, i) => `${i}`));
const listed = async () => (await scene.client.listResourceTags({ KeyId: scene.key.KeyId })).Tags;

describe.each(['TagResource', 'CreateKey'] as const)('TagException from %s', (name) => {
  test.each([
    ['Duplicate tag keys', tags('a', 'b', 'a')],
    ['Tags beginning with aws: are reserved', tags('aws:a')],
    ['Tags beginning with aws: are reserved', tags('AwS:a')],
    ['Too many tags', many(51)],
  ])('%s', async (message, Tags) => {
    const work = scene.client.call(name, { KeyId: scene.key.KeyId, Tags });
    expect(await outcome(work)).toBe(`TagException: ${message}`);
    expect(await listed()).toEqual([{ TagKey: 'team', TagValue: 'blue' }]);
  });

  test('50 are not too many, nor is aws without a colon', async () => {
    const KeyId = scene.second.KeyId;
    await scene.client.call(name, { KeyId, Tags: [...many(49), ...tags('aws')] });
  });
});

test('merging overwrites, adds, and counts to 50 afterwards', async () => {
  const { client, key } = scene;
  const { KeyId } = key;
  await client.tagResource({ KeyId, Tags: many(49) });
  const full = `TagException: Too many tags`;
  expect(await outcome(client.tagResource({ KeyId, Tags: tags('one more') }))).toBe(full);
  await client.tagResource({ KeyId, Tags: [{ TagKey: 'team', TagValue: '' }] });
  expect(await listed()).toContainEqual({ TagKey: 'team', TagValue: '' });
  expect(await listed()).toHaveLength(50);
});

test('keys and values are case-sensitive', async () => {
  const { client, key } = scene;
  const { KeyId } = key;
  await client.tagResource({ KeyId, Tags: tags('Team', 'TEAM', '__proto__', 'constructor') });
  expect((await listed()).map(({ TagKey }) => TagKey).sort()).toEqual(
    ['team', 'Team', 'TEAM', '__proto__', 'constructor'].sort(),
  );
  await client.untagResource({ KeyId, TagKeys: ['TEAM', '__proto__'] });
  expect((await listed()).map(({ TagKey }) => TagKey).sort()).toEqual([
    'Team',
    'constructor',
    'team',
  ]);
});

test('UntagResource of what is not there succeeds; of AWS’s tags it does not', async () => {
  const { client, key } = scene;
  const { KeyId } = key;
  expect(await outcome(client.untagResource({ KeyId, TagKeys: ['none', 'none'] }))).toBe('ok');
  expect(await outcome(client.untagResource({ KeyId, TagKeys: ['team', 'aws:a'] }))).toBe(
    'TagException: Tags beginning with aws: are reserved',
  );
  expect(await listed()).toHaveLength(1);
});

test('CreateKey with tags hangs them on, and needs kms:TagResource', async () => {
  const { client, engine } = scene;
  const Tags = tags('a', 'b');
  const { KeyMetadata } = await client.createKey({ Tags });
  expect((await client.listResourceTags({ KeyId: KeyMetadata.KeyId })).Tags).toEqual(Tags);
  const principal = `arn:aws:iam::${account}:user/bob`;
  const bob = (...actions: string[]) =>
    engine.client({ principal, identityPolicies: [allow(...actions)] });
  const keys = (await client.listKeys()).Keys.length;
  const lacking = bob('kms:CreateKey', 'kms:PutKeyPolicy');
  expect(await outcome(lacking.createKey({ Tags }))).toContain(
    'not authorized to perform: kms:TagResource',
  );
  expect((await client.listKeys()).Keys).toHaveLength(keys);
  expect(await outcome(lacking.createKey())).toBe('ok');
  expect(
    await outcome(bob('kms:CreateKey', 'kms:TagResource', 'kms:PutKeyPolicy').createKey({ Tags })),
  ).toBe('ok');
});

test('tags decide at once: aws:ResourceTag', async () => {
  const { client, engine, key } = scene;
  const { KeyId } = key;
  const principal = `arn:aws:iam::${account}:user/bob`;
  const Condition = { StringEquals: { 'aws:ResourceTag/team': 'green' } };
  const Statement = [{ Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*', Condition }];
  const bob = engine.client({
    principal,
    identityPolicies: [{ Version: '2012-10-17', Statement }],
  });
  expect(await outcome(bob.describeKey({ KeyId }))).toMatch(/^AccessDeniedException/);
  await client.tagResource({ KeyId, Tags: [{ TagKey: 'team', TagValue: 'green' }] });
  expect(await outcome(bob.describeKey({ KeyId }))).toBe('ok');
  await client.untagResource({ KeyId, TagKeys: ['team'] });
  expect(await outcome(bob.describeKey({ KeyId }))).toMatch(/^AccessDeniedException/);
});

test('two who tag at once lose nothing', async () => {
  const { client, key } = scene;
  const names = Array.from({ length: 20 }, (_, i) => `t${i}`);
  const KeyId = key.KeyId;
  await Promise.all(names.map((name) => client.tagResource({ KeyId, Tags: tags(name) })));
  expect(await listed()).toHaveLength(21);
});
