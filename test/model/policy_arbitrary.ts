// Random policies of keys and of identities.

import fc from 'fast-check';
import { condition } from './condition_arbitrary.js';
import type { PolicyJson, StatementJson } from './scenario.js';
import {
  aliasArn,
  everybodyOfOurs,
  keyArn,
  keylessOperations,
  keyOperations,
  otherKeyArn,
  ours,
  principals,
  roleArn,
  service,
} from './world.js';

const variable = (name: string) => `\${${name}}`;

/** An element that now and then comes inverted, and now and then as a single text. */
function invertible(
  name: string,
  texts: readonly string[],
): fc.Arbitrary<Record<string, string | string[]>> {
  const list = fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 });
  return fc.tuple(list, fc.integer({ max: 9, min: 0 })).map(([values, n]) => {
    const value = values.length === 1 ? (values[0] as string) : values;
    return { [n === 9 ? `Not${name}` : name]: value };
  });
}

const actions = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ Action: 'kms:*' }) },
  {
    weight: 2,
    arbitrary: invertible('Action', [
      ...[...keyOperations, ...keylessOperations].map((name) => `kms:${name}`),
      'KMS:*crypt',
      'kms:?escribe*',
      'kms:*Grant*',
      '*',
      's3:*',
      'kms:*Alias',
    ]),
  },
);

const resources = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ Resource: '*' }) },
  {
    weight: 2,
    arbitrary: invertible('Resource', [
      keyArn,
      otherKeyArn,
      aliasArn,
      `arn:aws:kms:*:${ours}:key/*`,
      'arn:aws:kms:us-????-1:*:*',
      'arn:aws:kms:*:*:alias/*',
      'arn:aws:kms:*:key/*:*',
      `arn:aws:kms:*:*:alias/${variable('aws:PrincipalTag/team')}`,
      `arn:aws:kms:*:*:key/${variable("aws:username, '1234*'")}*`,
    ]),
  },
);

const aws = (element: Record<string, string | string[]>) =>
  Object.fromEntries(Object.entries(element).map(([name, value]) => [name, { AWS: value }]));

const principal = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ Principal: { AWS: `arn:aws:iam::${ours}:root` } }) },
  { weight: 5, arbitrary: invertible('Principal', principals).map(aws) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<object>(
      { Principal: '*' },
      { Principal: { AWS: '*' } },
      { Principal: { Service: service.arn } },
      { Principal: { AWS: ours, Service: ['ec2.amazonaws.com', service.arn] } },
      { NotPrincipal: { Service: service.arn } },
      { NotPrincipal: { AWS: everybodyOfOurs } },
      { NotPrincipal: { AWS: [ours, roleArn(ours)] } },
    ),
  },
);

const effect = (denies: number) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant({ Effect: 'Allow' }) },
    { weight: denies, arbitrary: fc.constant({ Effect: 'Deny' }) },
  );

const version = fc.oneof(
  { weight: 8, arbitrary: fc.constant('2012-10-17') },
  { weight: 1, arbitrary: fc.constantFrom('2008-10-17', undefined) },
);

function policy(parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<PolicyJson> {
  const statement = fc.tuple(...parts).map((all): StatementJson => Object.assign({}, ...all));
  const statements = fc.array(statement, { minLength: 1, maxLength: 4 });
  return fc.tuple(version, statements).map(([Version, Statement]) => {
    // Before 2012-10-17 such a value is text, and no ARN: the document would be refused.
    const isRefused = JSON.stringify(Statement).includes(`"${variable('aws:PrincipalArn')}"`);
    return { Version: isRefused ? '2012-10-17' : Version, Statement } as PolicyJson;
  });
}

export const keyPolicy = policy([effect(2), principal, actions, resources, condition]);
export const identityPolicy = policy([effect(1), actions, resources, condition]);
