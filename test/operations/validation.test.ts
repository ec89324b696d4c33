// Requests that cannot be: every constraint of every member, in AWS's words.

import { beforeAll, describe, expect, test } from 'vitest';
import { grantOperations } from '../../lib/authorization/index.js';
import { keySpecs } from '../../lib/enumerations.js';
import { makeScene, type OperationName, outcome, requests, type Scene } from './support/scene.js';

let scene: Scene;
beforeAll(async () => {
  scene = await makeScene();
});

const long = (length: number) => 'x'.repeat(length);
const bytes = (length: number) => new Uint8Array(length);
const longer = (max: number) => `have length less than or equal to ${max}`;
const shorter = (min: number) => `have length greater than or equal to ${min}`;
const above = (max: number) => `have value less than or equal to ${max}`;
const below = (min: number) => `have value greater than or equal to ${min}`;
const pattern = (source: string) => `satisfy regular expression pattern: ${source}`;
const oneOf = (...values: string[]) => `satisfy enum value set: [${values.join(', ')}]`;
const notNull = 'not be null';
const required = [undefined, notNull] as const;
const keyId = [
  ['KeyId', ...required],
  ['KeyId', '', shorter(1)],
  ['KeyId', long(2049), longer(2048)],
] as const;
const grantTokens = [['GrantTokens', Array(11).fill('a'), longer(10)]] as const;
const algorithms = oneOf('SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE');
const blob = (member: string) =>
  [
    [member, bytes(0), shorter(1)],
    [member, bytes(6145), longer(6144)],
  ] as const;
const page = (max: number) =>
  [
    ['Limit', 0, below(1)],
    ['Limit', max + 1, above(max)],
    ['Marker', '', shorter(1)],
    ['Marker', long(1025), longer(1024)],
    ['Marker', 'a\u0100', pattern('^[\\u0020-\\u00ff]*$')],
  ] as const;
const aliasName = [
  ['AliasName', ...required],
  ['AliasName', `alias/${long(251)}`, longer(256)],
  ['AliasName', 'alias/a b', pattern('^[a-zA-Z0-9:/_-]+$')],
] as const;
const principal = (member: string) =>
  [
    [member, '', shorter(1)],
    [member, long(257), longer(256)],
    [member, 'a b', pattern('^[\\w+=,.@:/-]+$')],
  ] as const;
const servicePattern = '^([A-Za-z0-9-]+)\\.([A-Za-z0-9-]+)(\\.[A-Za-z0-9-]+)+$';
const servicePrincipal = (member: string) =>
  [
    [member, `a.b.${long(125)}`, longer(128)],
    [member, 'amazonaws.com', pattern(servicePattern)],
  ] as const;
const policy = [
  ['Policy', '', shorter(1)],
  ['Policy', ' '.repeat(131_073), longer(131_072)],
  ['Policy', '{\u0100}', pattern('^[\\t\\n\\r\\u0020-\\u00ff]+$')],
] as const;
const policyName = [
  ['PolicyName', '', shorter(1)],
  ['PolicyName', long(129), longer(128)],
  ['PolicyName', 'a-b', pattern('^\\w+$')],
] as const;
const dataKeySize = [
  ['NumberOfBytes', 0, below(1)],
  ['NumberOfBytes', 1025, above(1024)],
  ['KeySpec', 'AES_192', oneOf('AES_256', 'AES_128')],
] as const;

type Case = readonly [member: string, value: unknown, constraint: string];
const table: Partial<Record<OperationName, readonly Case[]>> = {
  CancelKeyDeletion: keyId,
  CreateAlias: [
    ...aliasName,
    ...keyId.map(([, value, text]) => ['TargetKeyId', value, text] as const),
  ],
  CreateGrant: [
    ...keyId,
    ...principal('GranteePrincipal'),
    ...principal('RetiringPrincipal'),
    ...servicePrincipal('GranteeServicePrincipal'),
    ...servicePrincipal('RetiringServicePrincipal'),
    ['Operations', ...required],
    ['Name', '', shorter(1)],
    ['Name', long(257), longer(256)],
    ['Name', 'a b', pattern('^[a-zA-Z0-9:/_-]+$')],
    ...grantTokens,
  ],
  CreateKey: [
    ...policy,
    ['Description', long(8193), longer(8192)],
    ['KeySpec', 'HMAC_random', oneOf(...keySpecs)],
    [
      'KeyUsage',
      'ENCRYPT',
      oneOf(
        'ENCRYPT_DECRYPT',
        'SIGN_VERIFY',
        'GENERATE_VERIFY_MAC',
        'KEY_AGREEMENT',
        'ENCAPSULATE_DECAPSULATE',
      ),
    ],
    ['Origin', 'HSM', oneOf('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE')],
    [
      'CustomerMasterKeySpec',
      'ML_DSA_44',
      oneOf(...keySpecs.filter((spec) => !/^ML_|EDWARDS/.test(spec))),
    ],
  ],
  Decrypt: [
    ...blob('CiphertextBlob'),
    ['KeyId', '', shorter(1)],
    ['EncryptionAlgorithm', 'AES', algorithms],
    ['DryRunModifiers', ['IGNORE_CIPHERTEXT', 'IGNORE_CIPHERTEXT'], longer(1)],
    ...grantTokens,
  ],
  DeleteAlias: aliasName,
  DescribeKey: [...keyId, ...grantTokens],
  DisableKey: keyId,
  DisableKeyRotation: keyId,
  EnableKey: keyId,
  EnableKeyRotation: [
    ...keyId,
    ['RotationPeriodInDays', 89, below(90)],
    ['RotationPeriodInDays', 2561, above(2560)],
  ],
  Encrypt: [
    ...keyId,
    ['Plaintext', ...required],
    ['Plaintext', bytes(0), shorter(1)],
    ['Plaintext', bytes(4097), longer(4096)],
    ['EncryptionAlgorithm', 'AES', algorithms],
    ...grantTokens,
  ],
  GenerateDataKey: [...keyId, ...dataKeySize, ...grantTokens],
  GenerateDataKeyWithoutPlaintext: [...keyId, ...dataKeySize, ...grantTokens],
  GenerateRandom: [
    ['NumberOfBytes', 0, below(1)],
    ['NumberOfBytes', 1025, above(1024)],
  ],
  GetKeyLastUsage: keyId,
  GetKeyPolicy: [...keyId, ...policyName],
  GetKeyRotationStatus: keyId,
  ListAliases: [['KeyId', '', shorter(1)], ...page(100)],
  ListGrants: [
    ...keyId,
    ...page(100),
    ['GrantId', '', shorter(1)],
    ['GrantId', long(129), longer(128)],
    ...principal('GranteePrincipal'),
    ...servicePrincipal('GranteeServicePrincipal'),
  ],
  ListKeyPolicies: [...keyId, ...page(1000)],
  ListKeyRotations: [
    ...keyId,
    ...page(1000),
    ['IncludeKeyMaterial', 'ALL', oneOf('ALL_KEY_MATERIAL', 'ROTATIONS_ONLY')],
  ],
  ListKeys: page(1000),
  ListResourceTags: [...keyId, ...page(50)],
  ListRetirableGrants: [
    ...page(100),
    ...principal('RetiringPrincipal'),
    ...servicePrincipal('RetiringServicePrincipal'),
  ],
  PutKeyPolicy: [...keyId, ...policyName, ['Policy', ...required], ...policy],
  ReEncrypt: [
    ...blob('CiphertextBlob'),
    ['SourceKeyId', '', shorter(1)],
    ['DestinationKeyId', ...required],
    ['SourceEncryptionAlgorithm', 'AES', algorithms],
    ['DestinationEncryptionAlgorithm', 'AES', algorithms],
    ...grantTokens,
  ],
  RetireGrant: [
    ['GrantToken', '', shorter(1)],
    ['KeyId', '', shorter(1)],
    ['GrantId', long(129), longer(128)],
  ],
  RevokeGrant: [...keyId, ['GrantId', ...required], ['GrantId', '', shorter(1)]],
  RotateKeyOnDemand: keyId,
  ScheduleKeyDeletion: [
    ...keyId,
    ['PendingWindowInDays', 6, below(7)],
    ['PendingWindowInDays', 31, above(30)],
  ],
  TagResource: [...keyId, ['Tags', ...required]],
  UntagResource: [...keyId, ['TagKeys', ...required]],
  UpdateAlias: [
    ...aliasName,
    ...keyId.map(([, value, text]) => ['TargetKeyId', value, text] as const),
  ],
  UpdateKeyDescription: [
    ...keyId,
    ['Description', ...required],
    ['Description', long(8193), longer(8192)],
  ],
};

function echoOf(value: unknown): string {
  if (value === undefined) return 'Value null';
  return typeof value === 'object' ? 'Value' : `Value '${value}'`;
}
const lowerFirst = (name: string) => name[0]?.toLowerCase() + name.slice(1);

const cases = Object.entries(table).flatMap(([name, rows]) =>
  rows.map(
    ([member, value, constraint], i) =>
      [name as OperationName, member, i, value, constraint] as const,
  ),
);
test.each(cases)('%s: %s, %d', async (name, member, _i, value, constraint) => {
  const input = { ...requests[name](scene), [member]: value };
  const at = `at '${lowerFirst(member)}' failed to satisfy constraint: Member must`;
  const failure = `${echoOf(value)} ${at} ${constraint}`;
  const answer = await outcome(scene.client.call(name, input));
  expect(answer).toMatch(/^ValidationException: \d validation errors? detected: /);
  expect(answer.replace(/^[^:]*: [^:]*: /, '').split('; ')).toContain(failure);
});

test('every operation has its row', () => {
  expect(Object.keys(table).sort()).toEqual(Object.keys(requests).sort());
});

describe('members in lists and structures', () => {
  const fails = async (name: OperationName, more: object, failure: string) => {
    const work = scene.client.call(name, { ...requests[name](scene), ...more });
    expect(await outcome(work)).toBe(
      `ValidationException: 1 validation error detected: ${failure}`,
    );
  };
  const must = 'failed to satisfy constraint: Member must';

  test.each([
    [[{ TagKey: '', TagValue: '' }], `Value '' at 'tags.1.member.tagKey' ${must} ${shorter(1)}`],
    [
      [
        { TagKey: 'a', TagValue: '' },
        { TagKey: 'b', TagValue: long(257) },
      ],
      `Value '${long(257)}' at 'tags.2.member.tagValue' ${must} ${longer(256)}`,
    ],
    [[{ TagKey: 'a' }], `Value null at 'tags.1.member.tagValue' ${must} ${notNull}`],
    [[{ TagValue: 'a' }], `Value null at 'tags.1.member.tagKey' ${must} ${notNull}`],
    [[undefined], `Value null at 'tags.1.member' ${must} ${notNull}`],
  ])('tags: %#', async (Tags, failure) => {
    await fails('TagResource', { Tags }, failure);
    await fails('CreateKey', { Tags }, failure);
  });

  test('tag keys, grant tokens, operations, constraints', async () => {
    const tagKey = `Value '${long(129)}' at 'tagKeys.1.member' ${must} ${longer(128)}`;
    await fails('UntagResource', { TagKeys: [long(129)] }, tagKey);
    const token = `Value '' at 'grantTokens.1.member' ${must} ${shorter(1)}`;
    await fails('Encrypt', { GrantTokens: [''] }, token);
    const operation = `Value 'PutKeyPolicy' at 'operations.1.member' ${must} ${oneOf(...grantOperations)}`;
    await fails('CreateGrant', { Operations: ['PutKeyPolicy'] }, operation);
    const modifier = `Value 'NONE' at 'dryRunModifiers.1.member' ${must} ${oneOf('IGNORE_CIPHERTEXT')}`;
    await fails('Decrypt', { DryRunModifiers: ['NONE'] }, modifier);
    const arnPattern = pattern('^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$');
    const value = 'arn:aws:s3:::a-bucket-of-mine';
    const sourceArn = `Value '${value}' at 'constraints.sourceArn' ${must} ${arnPattern}`;
    await fails('CreateGrant', { Constraints: { SourceArn: value } }, sourceArn);
  });

  test.each([
    ['TagResource', { Tags: {} }, 'OBJECT_VALUE can not be converted to a List'],
    ['TagResource', { Tags: ['a'] }, 'STRING_VALUE can not be converted to a structure'],
    ['CreateGrant', { Constraints: [] }, 'OBJECT_VALUE can not be converted to a structure'],
    [
      'CreateGrant',
      { Constraints: { EncryptionContextEquals: 'a' } },
      expect.stringMatching(/^encryption context/),
    ],
    ['Encrypt', { EncryptionContext: 'a' }, 'STRING_VALUE can not be converted to a Map'],
    ['Encrypt', { EncryptionContext: { a: 1 } }, expect.stringMatching(/^encryption context/)],
  ] as const)('%s: wrong types %#', async (name, more, message) => {
    const work = scene.client.call(name, { ...requests[name](scene), ...more });
    await expect(work).rejects.toMatchObject({ code: 'SerializationException', message });
  });
});

test('all failures of a request stand in one exception', async () => {
  const work = scene.client.call('EnableKeyRotation', { RotationPeriodInDays: 1 });
  expect(await outcome(work)).toBe(
    "ValidationException: 2 validation errors detected: Value null at 'keyId' failed to satisfy constraint: " +
      "Member must not be null; Value '1' at 'rotationPeriodInDays' failed to satisfy constraint: Member must " +
      'have value greater than or equal to 90',
  );
});

describe('what is not served yet is refused, never ignored', () => {
  const document = { KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' };
  test.each([
    ['CreateKey', { MultiRegion: true }, 'MultiRegion is not supported yet'],
    ['CreateKey', { CustomKeyStoreId: 'cks-1' }, 'CustomKeyStoreId is not supported yet'],
    ['CreateKey', { XksKeyId: 'a' }, 'XksKeyId is not supported yet'],
    ['CreateKey', { Origin: 'EXTERNAL' }, 'Origin EXTERNAL is not supported yet'],
    ['CreateKey', { KeySpec: 'RSA_2048' }, 'KeySpec RSA_2048 is not supported yet'],
    ['Decrypt', { Recipient: document }, 'Recipient is not supported yet'],
    ['GenerateDataKey', { Recipient: document }, 'Recipient is not supported yet'],
    ['GenerateRandom', { Recipient: document }, 'Recipient is not supported yet'],
    ['GenerateRandom', { CustomKeyStoreId: 'a' }, 'CustomKeyStoreId is not supported yet'],
  ] as const)('%s: %o', async (name, more, message) => {
    const work = scene.client.call(name, { ...requests[name](scene), ...more });
    expect(await outcome(work)).toBe(`UnsupportedOperationException: ${message}`);
  });
});

test('GenerateRandom needs a size, and gives as many bytes', async () => {
  const { client } = scene;
  expect(await outcome(client.generateRandom())).toBe(
    'ValidationException: NumberOfBytes is required.',
  );
  for (const NumberOfBytes of [1, 33, 1024]) {
    const [first, second] = [
      (await client.generateRandom({ NumberOfBytes })).Plaintext,
      (await client.generateRandom({ NumberOfBytes })).Plaintext,
    ];
    expect([first.length, second.length]).toEqual([NumberOfBytes, NumberOfBytes]);
    if (NumberOfBytes > 1) expect(first).not.toEqual(second);
    expect(first.buffer.byteLength).toBe(NumberOfBytes);
  }
});
