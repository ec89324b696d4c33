// Policies embedded in users and roles.

import { describe, expect, it } from 'vitest';
import { allow, document, openWorld, refusal, rootArn, trust } from './support/iam_world.js';

const world = await openWorld();
const { root } = world;
await root.createUser({ UserName: 'alice' });
await root.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: trust(rootArn) });

/** Characters that are no white space. */
function documentOfSize(size: number): string {
  const bare = document({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Sid: '' });
  return document({
    Effect: 'Allow',
    Action: 'kms:*',
    Resource: '*',
    Sid: 'x'.repeat(size - bare.length),
  });
}

describe.each([
  ['user', 'User', { UserName: 'alice' }, { UserName: 'nobody' }, 2048],
  ['role', 'Role', { RoleName: 'worker' }, { RoleName: 'nobody' }, 10_240],
] as const)('of a %s', (kind, title, name, nobody, sizeMax) => {
  const put = (PolicyName: string, PolicyDocument: string, whose: object = name) =>
    root.call(`Put${title}Policy`, { ...whose, PolicyName, PolicyDocument });
  const get = (PolicyName: string) => root.call(`Get${title}Policy`, { ...name, PolicyName });
  const list = (more: object = {}) => root.call(`List${title}Policies`, { ...name, ...more });
  const remove = (PolicyName: string) => root.call(`Delete${title}Policy`, { ...name, PolicyName });

  it('are put, told percent-encoded, replaced, listed and deleted', async () => {
    const text = document({ Effect: 'Allow', Action: ['kms:Get*'], Resource: '*', Sid: 'It' });
    await put('b', allow('kms:*'));
    await put('b', text);
    await put('a', allow('kms:Encrypt'));
    expect(await get('b')).toMatchObject({ ...name, PolicyName: 'b' });
    const { PolicyDocument } = (await get('b')) as { PolicyDocument: string };
    expect(PolicyDocument).toMatch(/^[A-Za-z0-9_.~%-]+$/);
    expect(decodeURIComponent(PolicyDocument)).toBe(text);
    expect(await list()).toMatchObject({ PolicyNames: ['a', 'b'], IsTruncated: false });
    expect(await list({ MaxItems: 1 })).toMatchObject({ PolicyNames: ['a'], IsTruncated: true });
    const { Marker } = (await list({ MaxItems: 1 })) as { Marker: string };
    expect(await list({ MaxItems: 1, Marker })).toMatchObject({ PolicyNames: ['b'] });
    await remove('a');
    await remove('b');
    expect(await list()).toMatchObject({ PolicyNames: [] });
    for (const absent of [get('a'), remove('a')])
      expect(await refusal(absent)).toEqual({
        code: 'NoSuchEntity',
        message: `The ${kind} policy with name a cannot be found.`,
      });
  });

  it('are refused for nobody', async () => {
    expect((await refusal(put('p', allow('kms:*'), nobody))).code).toBe('NoSuchEntity');
  });

  it.each([
    ['no JSON', '{'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['a principal', document({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' })],
    [
      'an unknown condition key',
      document({
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'kms:Nothing': 'x' } },
      }),
    ],
    ['no resource', document({ Effect: 'Allow', Action: '*' })],
  ])('are refused with %s', async (_, text) => {
    expect((await refusal(put('p', text))).code).toBe('MalformedPolicyDocument');
    expect(await list()).toMatchObject({ PolicyNames: [] });
  });

  it('have a quota together', async () => {
    const half = sizeMax / 2;
    await put('one', documentOfSize(half));
    await put('two', documentOfSize(half));
    expect(await refusal(put('three', allow('kms:*')))).toEqual({
      code: 'LimitExceeded',
      message: expect.stringMatching(
        `^Maximum policy size of ${sizeMax} bytes exceeded for ${kind}`,
      ),
    });
    await put('two', documentOfSize(half - 1));
    expect((await refusal(put('one', documentOfSize(half + 2)))).code).toBe('LimitExceeded');
  });

  it('are refused when one alone is too long for any', async () => {
    expect((await refusal(put('p', documentOfSize(10_241)))).code).toBe('LimitExceeded');
  });
});
