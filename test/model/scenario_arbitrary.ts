// Random scenarios.

import fc from 'fast-check';
import { conditionKeys } from './condition_arbitrary.js';
import { identityPolicy, keyPolicy } from './policy_arbitrary.js';
import type { GrantJson, Scenario } from './scenario.js';
import {
  aliasArn,
  aliasOperations,
  callersOf,
  grantedOperations,
  keyArn,
  keylessOperations,
  keyOperations,
  ours,
  principalsOf,
  service,
  sourceArn,
  theirs,
  viaService,
} from './world.js';

const caller = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...callersOf(ours)) },
  { weight: 3, arbitrary: fc.constantFrom(...callersOf(theirs)) },
  { weight: 1, arbitrary: fc.constant(service) },
);

const asking = (kind: Scenario['resource']['kind'], arn: string, operations: readonly string[]) =>
  fc.record({
    action: fc.constantFrom(...operations),
    resource: fc.constant({ kind, arn, account: ours }),
  });

const asked = fc.oneof(
  { weight: 12, arbitrary: asking('key', keyArn, keyOperations) },
  { weight: 1, arbitrary: asking('alias', aliasArn, aliasOperations) },
  { weight: 1, arbitrary: asking('any', '*', keylessOperations) },
);

const pairs = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.dictionary(
      fc.constantFrom('tenant', 'tenant', 'blue', 'b', 'Tenant'),
      fc.constantFrom('blue', 'green', 'b*', ''),
      { maxKeys: 2 },
    ),
  },
);

const constraints = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: pairs.map((equals) => ({ equals })) },
  { weight: 1, arbitrary: pairs.map((subset) => ({ subset })) },
  { weight: 1, arbitrary: fc.record({ equals: pairs, subset: pairs }) },
  { weight: 1, arbitrary: fc.constant({ sourceArn }) },
);

const operations = fc.oneof(
  { weight: 2, arbitrary: fc.subarray(grantedOperations, { minLength: 1 }) },
  { weight: 1, arbitrary: fc.subarray(grantedOperations, { minLength: 4 }) },
);
const fewOperations = fc.subarray(grantedOperations, { minLength: 1, maxLength: 2 });
const grantee = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...principalsOf(ours)) },
  { weight: 1, arbitrary: fc.constantFrom(...principalsOf(theirs)) },
);
const parties = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        grantee,
        retiring: fc.oneof(
          { weight: 9, arbitrary: grantee },
          { weight: 1, arbitrary: fc.constant(service.arn) },
        ),
      },
      { requiredKeys: ['grantee'] },
    ),
  },
  // A grant to a service needs a source and somebody to retire it.
  { weight: 2, arbitrary: fc.constant({ grantee: service.arn, retiring: ours, sourceArn }) },
);

const grant: fc.Arbitrary<GrantJson> = fc
  .tuple(fc.record({ issuer: fc.constantFrom(ours, theirs), operations }), constraints, parties)
  .map(([issued, constrained, named]) => ({ ...issued, ...constrained, ...named }));

const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Any scenario. */
export const scenarioArbitrary: fc.Arbitrary<Scenario> = fc
  .tuple(
    asked,
    fc.record({
      caller,
      keyPolicy,
      identityPolicies: fc.array(identityPolicy, { maxLength: 2 }),
      boundary: sometimes(identityPolicy),
      sessionPolicies: sometimes(fc.array(identityPolicy, { maxLength: 2 })),
      grants: fc.array(grant, { maxLength: 3 }),
      retires: fc.integer({ min: 0, max: 2 }),
      proposes: fc
        .tuple(fc.record({ operations: fewOperations }), constraints)
        .map(([proposed, constrained]) => ({ ...proposed, ...constrained })),
      timeMs: fc.constantFrom(1_789_202_467_000, 1_789_171_200_000, 1_700_000_000_000),
      encryptionContext: pairs,
      keyTags: fc.constantFrom<Record<string, string>>(
        {},
        { Team: 'blue' },
        { team: 'blue', Team: 'green' },
      ),
      viaService: sometimes(fc.constant(viaService)),
      keys: conditionKeys.map((keys) => keys as Scenario['keys']),
    }),
  )
  .map(([question, rest]) => ({ ...question, ...rest }));
