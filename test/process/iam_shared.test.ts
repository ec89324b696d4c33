import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { startProgram } from './child_process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-iam-'));
afterAll(() => rmSync(folder, { recursive: true }));

const document = (Effect: string, Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action, Resource: '*' } });

test('what one process changes of a user, the very next request of another feels', async () => {
  const kms = await Kms.open({ path: folder });
  const { KeyMetadata } = await kms.client().createKey();
  const KeyId = KeyMetadata.KeyId as string;
  const alice = kms.client({ principal: 'arn:aws:iam::000000000000:user/alice' });
  const encrypt = () =>
    alice.encrypt({ KeyId, Plaintext: Uint8Array.of(1) }).then(
      () => 'allowed',
      ({ code }: { code: string }) => code,
    );
  const { credentials } = kms.ground.iam;
  const program = startProgram('iam_program.mjs', folder);
  let answers = 0;
  /** Lets the other process do it, and goes on in the tick in which its answer is there. */
  async function elsewhere(method: string, input: object) {
    if (answers > 0) program.process.stdin.write(`${JSON.stringify({ method, input })}\n`);
    answers += 1;
    await vi.waitFor(() => expect(program.lines()).toHaveLength(answers), {
      timeout: 20_000,
      interval: 1,
    });
    return answers === 1 ? {} : JSON.parse(program.lines().at(-1) ?? '');
  }
  await elsewhere('open', {});
  const UserName = 'alice';
  const PolicyArn = 'arn:aws:iam::000000000000:policy/p';
  expect(await encrypt()).toBe('AccessDeniedException');
  await elsewhere('CreateUser', { UserName });
  await elsewhere('CreatePolicy', { PolicyName: 'p', PolicyDocument: document('Allow', 'kms:*') });
  const { AccessKey } = await elsewhere('CreateAccessKey', { UserName });
  const statusOf = async () =>
    (
      credentials.current(AccessKey.AccessKeyId, undefined) ??
      (await credentials.load(AccessKey.AccessKeyId, undefined))
    ).status;
  for (let i = 0; i < 5; i++) {
    await elsewhere('AttachUserPolicy', { UserName, PolicyArn });
    expect(await encrypt()).toBe('allowed');
    const PolicyDocument = document('Deny', 'kms:*');
    await elsewhere('PutUserPolicy', { UserName, PolicyName: 'deny', PolicyDocument });
    expect(await encrypt()).toBe('AccessDeniedException');
    await elsewhere('DeleteUserPolicy', { UserName, PolicyName: 'deny' });
    expect(await encrypt()).toBe('allowed');
    await elsewhere('DetachUserPolicy', { UserName, PolicyArn });
    expect(await encrypt()).toBe('AccessDeniedException');
    expect(await statusOf()).toBe('ok');
    const key = { UserName, AccessKeyId: AccessKey.AccessKeyId };
    await elsewhere('UpdateAccessKey', { ...key, Status: 'Inactive' });
    expect(await statusOf()).toBe('inactive');
    await elsewhere('UpdateAccessKey', { ...key, Status: 'Active' });
  }
  program.process.stdin.end();
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  await kms.close();
});

test('access keys outlive a change of the root key, sessions do not', async () => {
  const kms = await Kms.open({ store: 'memory' });
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:user/bob' },
      Action: 'sts:AssumeRole',
    },
  });
  await kms.iam.createUser({ UserName: 'bob' });
  await kms.iam.createRole({ RoleName: 'r', AssumeRolePolicyDocument: trust });
  const keys = [
    (await kms.iam.createAccessKey({ UserName: 'bob' })).AccessKey,
    (await kms.iam.createAccessKey()).AccessKey,
  ];
  const sts = kms.stsClient({ principal: 'arn:aws:iam::000000000000:user/bob' });
  const RoleArn = 'arn:aws:iam::000000000000:role/r';
  const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName: 's1' });
  await kms.rekey(() => new Uint8Array(32).fill(9));
  const { credentials } = kms.ground.iam;
  const scope = { date: '20260102', region: 'us-east-1', service: 'kms' };
  for (const { AccessKeyId } of keys) {
    const found = await credentials.load(AccessKeyId, undefined);
    // Deriving the signing key opens the secret.
    expect(found.status === 'ok' && found.verify(scope, 'text', '0'.repeat(64))).toBe(false);
    expect(found.status).toBe('ok');
  }
  const session = await credentials.load(Credentials.AccessKeyId, Credentials.SessionToken);
  expect(session.status).toBe('unknown');
  await kms.close();
  expect(() => kms.iam).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
});
