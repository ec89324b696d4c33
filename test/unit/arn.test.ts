import { expect, test } from 'vitest';
import { accountRootArn, aliasArn, keyArn, parseKmsArn } from '../../lib/arn.js';

const keyId = '0a1b2c3d-0000-4000-8000-000000000001';

test('takes apart what it makes', () => {
  expect(parseKmsArn(keyArn('111122223333', 'eu-central-1', keyId))).toEqual({
    region: 'eu-central-1',
    account: '111122223333',
    resource: keyId,
  });
  expect(parseKmsArn(aliasArn('111122223333', 'eu-central-1', 'alias/a/b'))?.resource).toBe(
    'alias/a/b',
  );
  expect(accountRootArn('111122223333')).toBe('arn:aws:iam::111122223333:root');
});

test.each([
  '',
  keyId,
  'alias/a',
  'arn:aws:iam::111122223333:root',
  'arn:aws:kms:eu-central-1:11112222333:key/a',
  'arn:aws:kms:eu-central-1:111122223333:key/',
  'arn:aws:kms:eu-central-1:111122223333:grant/a',
  'arn:aws-cn:kms:eu-central-1:111122223333:key/a',
])('is no ARN of a key or alias: %s', (text) => {
  expect(parseKmsArn(text)).toBeUndefined();
});
