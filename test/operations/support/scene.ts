// A key with everything that can hang on one, and a valid request to it for every operation.

import type { KmsClient } from '../../../lib/kms_client.js';
import type { operations } from '../../../lib/operations/table.js';
import type { KeyMetadata } from '../../../lib/types.js';
import { account, openEngine, type TestEngine } from '../../unit/engine_for_tests.js';

export const plaintext = new Uint8Array(Buffer.from('find all the doggos'));
export const otherAccount = '444455556666';
export const grantee = `arn:aws:iam::${account}:user/alice`;

/** An identity policy that allows everything. */
export const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** An identity policy that allows some actions. */
export function allow(...actions: string[]) {
  return { ...allowAll, Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

/** A key policy that delegates to the account, with further statements. */
export function keyPolicy(...statements: object[]): string {
  const own = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [own, ...statements] });
}

export interface Scene {
  readonly engine: TestEngine;
  readonly client: KmsClient;
  readonly key: KeyMetadata;
  /** Another key of the account. */
  readonly second: KeyMetadata;
  readonly blob: Uint8Array;
  readonly grantId: string;
  readonly grantToken: string;
  readonly aliasName: string;
}

export async function makeScene(): Promise<Scene> {
  const engine = await openEngine();
  const client = engine.client();
  const key = (await client.createKey()).KeyMetadata;
  const second = (await client.createKey()).KeyMetadata;
  const { KeyId } = key;
  const aliasName = 'alias/catrobot';
  await client.createAlias({ AliasName: aliasName, TargetKeyId: KeyId });
  const grant = await client.createGrant({
    KeyId,
    GranteePrincipal: grantee,
    RetiringPrincipal: `arn:aws:iam::${account}:root`,
    Operations: ['Decrypt'],
  });
  await client.tagResource({ KeyId, Tags: [{ TagKey: 'team', TagValue: 'blue' }] });
  const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: plaintext });
  return {
    engine,
    client,
    key,
    second,
    blob: CiphertextBlob,
    grantId: grant.GrantId,
    grantToken: grant.GrantToken,
    aliasName,
  };
}

export type OperationName = keyof typeof operations;

/** A request that succeeds while the scene's key is enabled. */
export const requests: Record<OperationName, (scene: Scene) => object> = {
  CancelKeyDeletion: ofKey(),
  CreateAlias: ({ key }) => ({ AliasName: 'alias/new', TargetKeyId: key.KeyId }),
  CreateGrant: ofKey({ GranteePrincipal: grantee, Operations: ['Encrypt'] }),
  CreateKey: () => ({}),
  Decrypt: ({ blob }) => ({ CiphertextBlob: blob }),
  DeleteAlias: ({ aliasName }) => ({ AliasName: aliasName }),
  DescribeKey: ofKey(),
  DisableKey: ofKey(),
  DisableKeyRotation: ofKey(),
  EnableKey: ofKey(),
  EnableKeyRotation: ofKey(),
  Encrypt: ofKey({ Plaintext: plaintext }),
  GenerateDataKey: ofKey({ KeySpec: 'AES_256' }),
  GenerateDataKeyWithoutPlaintext: ofKey({ KeySpec: 'AES_256' }),
  GenerateRandom: () => ({ NumberOfBytes: 16 }),
  GetKeyLastUsage: ofKey(),
  GetKeyPolicy: ofKey(),
  GetKeyRotationStatus: ofKey(),
  ListAliases: ofKey(),
  ListGrants: ofKey(),
  ListKeyPolicies: ofKey(),
  ListKeyRotations: ofKey(),
  ListKeys: () => ({}),
  ListResourceTags: ofKey(),
  ListRetirableGrants: () => ({ RetiringPrincipal: `arn:aws:iam::${account}:root` }),
  PutKeyPolicy: ofKey({ Policy: keyPolicy() }),
  ReEncrypt: ({ blob, second }) => ({ CiphertextBlob: blob, DestinationKeyId: second.KeyId }),
  RetireGrant: ({ grantToken }) => ({ GrantToken: grantToken }),
  RevokeGrant: ({ key, grantId }) => ({ KeyId: key.KeyId, GrantId: grantId }),
  RotateKeyOnDemand: ofKey(),
  ScheduleKeyDeletion: ofKey(),
  TagResource: ofKey({ Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
  UntagResource: ofKey({ TagKeys: ['team'] }),
  UpdateAlias: ({ key, aliasName }) => ({ AliasName: aliasName, TargetKeyId: key.KeyId }),
  UpdateKeyDescription: ofKey({ Description: 'mine' }),
};

export const operationNames = Object.keys(requests) as OperationName[];

function ofKey(more: object = {}): (scene: Scene) => object {
  return ({ key }) => ({ KeyId: key.KeyId, ...more });
}

/** `ok`, or how the work failed. */
export function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    ({ code, message }) => `${code}: ${message}`,
  );
}
