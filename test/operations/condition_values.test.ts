// The condition keys that operations supply: a policy that asks for the value allows,
// one that asks for another does not.

import { beforeEach, describe, expect, test } from 'vitest';
import type { KmsClientOptions } from '../../lib/client_options.js';
import { account, region } from '../unit/engine_for_tests.js';
import {
  grantee,
  makeScene,
  type OperationName,
  outcome,
  requests,
  type Scene,
} from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const bobWhen = (Condition: object, more: KmsClientOptions = {}) => {
  const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition }];
  return scene.engine.client({
    principal: `arn:aws:iam::${account}:user/bob`,
    identityPolicies: [{ Version: '2012-10-17', Statement }],
    ...more,
  });
};
async function isAsked(
  name: OperationName,
  more: object,
  key: string,
  value: string,
  multi = false,
) {
  const operator = multi ? 'ForAnyValue:StringEquals' : 'StringEquals';
  const ask = async (wanted: string) => {
    const input = { ...requests[name](scene), ...more };
    return outcome(bobWhen({ [operator]: { [key]: wanted } }).call(name, input));
  };
  expect(await ask(`${value}-other`)).toMatch(/^AccessDeniedException/);
  const answer = await ask(value);
  expect(answer).not.toMatch(/^AccessDeniedException/);
}

const context = { EncryptionContext: { app: 'x' } };
const grant = { Constraints: { EncryptionContextSubset: { app: 'x' } } };
const cryptographic: OperationName[] = [
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
];

describe('of every operation on a key', () => {
  const ofKey: readonly [string, string][] = [
    ['kms:CallerAccount', account],
    ['kms:KeySpec', 'SYMMETRIC_DEFAULT'],
    ['kms:KeyUsage', 'ENCRYPT_DECRYPT'],
    ['kms:KeyOrigin', 'AWS_KMS'],
    ['kms:CustomerMasterKeySpec', 'SYMMETRIC_DEFAULT'],
    ['kms:CustomerMasterKeyUsage', 'ENCRYPT_DECRYPT'],
    ['kms:MultiRegion', 'false'],
    ['aws:ResourceTag/team', 'blue'],
    ['aws:ResourceAccount', account],
    ['aws:PrincipalAccount', account],
    ['aws:RequestedRegion', region],
  ];
  test.each(ofKey)('%s', async (key, value) => {
    for (const name of [
      'DescribeKey',
      'Encrypt',
      'TagResource',
      'GetKeyPolicy',
      'CreateGrant',
    ] as const)
      await isAsked(name, {}, key, value);
  });

  test('kms:ResourceAliases', () =>
    isAsked('DescribeKey', {}, 'kms:ResourceAliases', 'alias/catrobot', true));
});

describe('kms:EncryptionAlgorithm is the one in effect', () => {
  test.each(cryptographic)('%s', (name) =>
    isAsked(name, {}, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'),
  );
  test('Decrypt', () => isAsked('Decrypt', {}, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'));
  test('ReEncrypt', () => isAsked('ReEncrypt', {}, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'));
  test('as it is asked for', () =>
    isAsked('Encrypt', { EncryptionAlgorithm: 'SM2PKE' }, 'kms:EncryptionAlgorithm', 'SM2PKE'));
});

describe('the encryption context', () => {
  test.each(cryptographic)('%s', async (name) => {
    await isAsked(name, context, 'kms:EncryptionContext:app', 'x');
    await isAsked(name, context, 'kms:EncryptionContext:APP', 'x');
    await isAsked(name, context, 'kms:EncryptionContextKeys', 'app', true);
  });
  test('Decrypt', () => isAsked('Decrypt', context, 'kms:EncryptionContext:app', 'x'));
  test('ReEncrypt asks each half for its own', async () => {
    const both = {
      SourceEncryptionContext: { app: 'x' },
      DestinationEncryptionContext: { app: 'x' },
    };
    await isAsked('ReEncrypt', both, 'kms:EncryptionContext:app', 'x');
    const when = bobWhen({ StringEquals: { 'kms:EncryptionContext:app': 'x' } });
    const oneOnly = { ...requests.ReEncrypt(scene), SourceEncryptionContext: { app: 'x' } };
    expect(await outcome(when.call('ReEncrypt', oneOnly))).toMatch(/kms:ReEncryptTo/);
  });
  test('CreateGrant has that of its constraints', async () => {
    await isAsked('CreateGrant', grant, 'kms:EncryptionContext:app', 'x');
    await isAsked('CreateGrant', grant, 'kms:EncryptionContextKeys', 'app', true);
  });
});

describe('kms:RequestAlias is the name, also of an ARN, and absent without one', () => {
  test.each(['DescribeKey', ...cryptographic] as const)('%s', async (name) => {
    for (const KeyId of [scene.aliasName, `arn:aws:kms:${region}:${account}:${scene.aliasName}`])
      await isAsked(name, { KeyId }, 'kms:RequestAlias', scene.aliasName);
    const absent = bobWhen({ Null: { 'kms:RequestAlias': 'true' } });
    expect(await outcome(absent.call(name, requests[name](scene)))).toBe('ok');
  });
  test('Decrypt', () =>
    isAsked('Decrypt', { KeyId: scene.aliasName }, 'kms:RequestAlias', scene.aliasName));
  test('ReEncrypt has one for each half', async () => {
    const both = { SourceKeyId: scene.aliasName, DestinationKeyId: scene.aliasName };
    await isAsked('ReEncrypt', both, 'kms:RequestAlias', scene.aliasName);
    const when = bobWhen({ StringEquals: { 'kms:RequestAlias': scene.aliasName } });
    const input = { ...requests.ReEncrypt(scene), SourceKeyId: scene.aliasName };
    expect(await outcome(when.call('ReEncrypt', input))).toMatch(/kms:ReEncryptTo/);
  });
});

describe('kms:ReEncryptOnSameKey, aliases looked through', () => {
  test('true', () =>
    isAsked('ReEncrypt', { DestinationKeyId: scene.aliasName }, 'kms:ReEncryptOnSameKey', 'true'));
  test('false', () => isAsked('ReEncrypt', {}, 'kms:ReEncryptOnSameKey', 'false'));
});

describe('of CreateGrant', () => {
  const service = 'rds.amazonaws.com';
  const SourceArn = `arn:aws:rds:${region}:${account}:db:one`;
  const rootArn = `arn:aws:iam::${account}:root`;
  const toService = {
    GranteePrincipal: undefined,
    GranteeServicePrincipal: service,
    RetiringServicePrincipal: service,
    Constraints: { SourceArn },
  };
  test.each([
    ['kms:GranteePrincipal', grantee, {}],
    ['kms:RetiringPrincipal', grantee, { RetiringPrincipal: grantee }],
    // An account by its number is the same one.
    ['kms:GranteePrincipal', rootArn, { GranteePrincipal: account }],
    ['kms:RetiringPrincipal', rootArn, { RetiringPrincipal: account }],
    ['kms:GranteeServicePrincipal', service, toService],
    ['kms:RetiringServicePrincipal', service, toService],
    ['kms:GrantConstraintSourceArn', SourceArn, toService],
    ['kms:GrantConstraintType', 'EncryptionContextSubset', grant],
    [
      'kms:GrantConstraintType',
      'EncryptionContextEquals',
      { Constraints: { EncryptionContextEquals: {} } },
    ],
    ['kms:GrantIsForAWSResource', 'false', {}],
  ])('%s: %s', (key, value, more) => isAsked('CreateGrant', more, key, value));
  test('kms:GrantOperations', () =>
    isAsked('CreateGrant', {}, 'kms:GrantOperations', 'Encrypt', true));
});

describe('tags in the request', () => {
  const Tags = [{ TagKey: 'Cost', TagValue: '7' }];
  test.each(['TagResource', 'CreateKey'] as const)('%s', async (name) => {
    await isAsked(name, { Tags }, 'aws:RequestTag/Cost', '7');
    await isAsked(name, { Tags }, 'aws:TagKeys', 'Cost', true);
  });
  test('UntagResource', () => isAsked('UntagResource', {}, 'aws:TagKeys', 'team', true));
});

describe('of the connection', () => {
  test('what the importing server gives', async () => {
    const given = {
      'aws:SourceIp': '203.0.113.7',
      'aws:SourceVpce': 'vpce-1',
      'aws:UserAgent': 'mine',
      'aws:SecureTransport': 'true',
    };
    for (const [key, value] of Object.entries(given)) {
      const conditionValues = { [key]: value };
      const describeKey = (more: KmsClientOptions) =>
        outcome(
          bobWhen({ StringEquals: { [key]: value } }, more).describeKey({ KeyId: scene.key.KeyId }),
        );
      expect(await describeKey({ conditionValues })).toBe('ok');
      expect(await describeKey({ conditionValues: { [key]: 'other' } })).toMatch(/^AccessDenied/);
      expect(await describeKey({})).toMatch(/^AccessDenied/);
    }
  });
});

describe('our own operations ask for the permission of their counterpart, with its conditions', () => {
  const encryptionContext = { app: 'x' };
  const conditions: readonly [string, string][] = [
    ['kms:EncryptionContext:app', 'x'],
    ['kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'],
    ['kms:RequestAlias', 'alias/catrobot'],
    ['kms:CallerAccount', account],
  ];
  test.each(conditions)('%s', async (key, value) => {
    const { client, aliasName: keyId } = scene;
    const { encryptedDataKey } = await client.newDataKey({ keyId, encryptionContext });
    const opening = { encryptedDataKey, encryptionContext, keyId };
    const reEncrypting = {
      ciphertextBlob: encryptedDataKey,
      sourceKeyId: keyId,
      destinationKeyId: keyId,
      sourceEncryptionContext: encryptionContext,
      destinationEncryptionContext: encryptionContext,
    };
    for (const wanted of [value, 'other']) {
      const bob = bobWhen({ StringEquals: { [key]: wanted } });
      const answers = [
        await outcome(bob.newDataKey({ keyId, encryptionContext })),
        await outcome(bob.newDataKeys({ keyId, encryptionContext, count: 2 })),
        await outcome(bob.openDataKey(opening)),
        await firstOf(bob.openDataKeys([opening])),
        await firstOf(bob.reEncrypts([reEncrypting])),
      ];
      if (wanted === value) expect(answers).toEqual(Array(5).fill('ok'));
      else
        expect(answers).toEqual(
          ['GenerateDataKey', 'GenerateDataKey', 'Decrypt', 'Decrypt', 'ReEncryptFrom'].map(
            (action) => expect.stringContaining(`not authorized to perform: kms:${action} `),
          ),
        );
    }
  });

  async function firstOf(work: Promise<PromiseSettledResult<unknown>[]>): Promise<string> {
    const [answer] = await work;
    return answer?.status === 'rejected' ? outcome(Promise.reject(answer.reason)) : 'ok';
  }
});
