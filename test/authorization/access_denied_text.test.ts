// The texts of AccessDeniedException.

import { expect, test } from 'vitest';
import {
  accessDeniedText,
  aliasResource,
  anyResource,
  authorize,
  unknownCiphertextText,
  unknownKeyText,
} from '../../lib/authorization/index.js';
import {
  account,
  callers,
  identityPolicy,
  keyArn,
  keyPolicy,
  policy,
  type RequestParts,
  requestOf,
} from './support/requests.js';

function textOf(parts: RequestParts): string {
  const request = requestOf(parts);
  return accessDeniedText(request, authorize(request));
}

const key = keyPolicy({ Principal: { AWS: [account, '444455556666'] } });
const identity = [identityPolicy()];
const Effect = 'Deny';
const hidden =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a ' +
  'resource-based policy explicitly denies access';

test.each<[RequestParts, string]>([
  [{}, 'because no resource-based policy allows the kms:Decrypt action'],
  [{ key }, 'because no identity-based policy allows the kms:Decrypt action'],
  [
    { key, identity, boundary: policy('permissions boundary', { Action: 'kms:Sign' }) },
    'because no permissions boundary allows the kms:Decrypt action',
  ],
  [{ key, identity, session: [] }, 'because no session policy allows the kms:Decrypt action'],
  [{ key: keyPolicy({ Effect }) }, 'with an explicit deny in a resource-based policy'],
  [{ identity: [identityPolicy({ Effect })] }, 'with an explicit deny in an identity-based policy'],
  [
    { boundary: policy('permissions boundary', { Effect }) },
    'with an explicit deny in a permissions boundary',
  ],
  [
    { session: [policy('session policy', { Effect })] },
    'with an explicit deny in a session policy',
  ],
])('in the key’s own account: %#', (parts, reason) => {
  expect(textOf(parts)).toBe(
    `User: ${callers.alice.arn} is not authorized to perform: kms:Decrypt on resource: ${keyArn} ${reason}`,
  );
});

test.each<[RequestParts, string]>([
  [{}, hidden],
  [{ identity }, hidden],
  [{ key: keyPolicy({ Effect }) }, hidden],
  [{ key, to: 'PutKeyPolicy', identity }, hidden],
  [{ key }, 'because no identity-based policy allows the kms:Decrypt action'],
  [{ identity: [identityPolicy({ Effect })] }, 'with an explicit deny in an identity-based policy'],
])('in another account the key’s ARN is kept back: %#', (parts, reason) => {
  const to = parts.to ?? 'Decrypt';
  expect(textOf({ ...parts, as: 'stranger' })).toBe(
    `User: ${callers.stranger.arn} is not authorized to perform: kms:${to} on this resource ${reason}`,
  );
});

test('a session is named by its own ARN, a service by its name', () => {
  expect(textOf({ as: 'session' })).toContain(`User: ${callers.session.arn} is`);
  expect(textOf({ as: 'service' })).toContain('User: rds.amazonaws.com is');
  expect(textOf({ as: 'service' })).toContain(`on resource: ${keyArn} because no resource-based`);
});

test('aliases and operations on no key', () => {
  const arn = `arn:aws:kms:us-east-1:${account}:alias/x`;
  expect(textOf({ to: 'CreateAlias', resource: aliasResource(arn, account) })).toContain(
    `kms:CreateAlias on resource: ${arn} because no identity-based policy allows the kms:CreateAlias action`,
  );
  expect(textOf({ to: 'ListKeys', resource: anyResource(account) })).toContain(
    'on resource: * because',
  );
});

test('a key that does not exist reads as one that is closed', () => {
  const { arn } = callers.stranger;
  expect(unknownKeyText(arn, 'kms:Decrypt')).toBe(textOf({ as: 'stranger' }));
  expect(unknownCiphertextText(arn, 'kms:Decrypt')).toBe(
    `User: ${arn} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext ${hidden}`,
  );
});
