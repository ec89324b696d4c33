// A scenario as the engine takes it: documents compiled, grants compiled, the call's facts in their
// places.

import {
  type AuthorizationRequest,
  aliasResource,
  anyResource,
  type CompiledPolicy,
  compileGrant,
  compilePolicy,
  type Grant,
  type KmsAction,
  keyResource,
  kmsAction,
  type PolicyKind,
  type Principal,
  principalOfArn,
  type Result,
  servicePrincipal,
} from '../../lib/authorization/index.js';
import type { CallerJson, GrantJson, PolicyJson, Scenario } from './scenario.js';

export function engineRequest(s: Scenario): AuthorizationRequest {
  const grants = s.grants.map((grant, i) => compiledGrant(grant, i, s));
  return {
    caller: {
      principal: principalOf(s.caller),
      identityPolicies: s.identityPolicies.map((p) => compiled(p, 'identity policy')),
      permissionsBoundary: s.boundary && compiled(s.boundary, 'permissions boundary'),
      sessionPolicies: s.sessionPolicies?.map((p) => compiled(p, 'session policy')),
    },
    action: kmsAction(`kms:${s.action}`) as KmsAction,
    resource: resourceOf(s, grants),
    call: {
      timeMs: s.timeMs,
      encryptionContext: s.encryptionContext,
      keys: s.keys,
      viaService: s.viaService,
      proposedGrant: {
        operations: operationsOf(s.proposes.operations),
        constraints: constraintsOf(s.proposes),
      },
      retiredGrant: grants[s.retires],
    },
  };
}

export function unwrap<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.error.name}: ${result.error.message}`);
  return result.value;
}

function compiled(policy: PolicyJson, kind: PolicyKind): CompiledPolicy {
  return unwrap(compilePolicy(JSON.stringify(policy), { kind, name: kind }));
}

function principalOf({ arn, kind, roleArn, uniqueId, tags }: CallerJson): Principal {
  if (kind === 'service') return servicePrincipal(arn);
  return principalOfArn(arn, { roleArn, uniqueId, tags }) as Principal;
}

function resourceOf({ resource, keyPolicy, keyTags }: Scenario, grants: readonly Grant[]) {
  const { kind, arn, account } = resource;
  if (kind === 'any') return anyResource(account);
  if (kind === 'alias') return aliasResource(arn, account);
  return keyResource(arn, account, {
    policy: compiled(keyPolicy, 'key policy'),
    grants,
    tags: keyTags,
  });
}

function compiledGrant(grant: GrantJson, index: number, { resource }: Scenario): Grant {
  const named = (role: 'Grantee' | 'Retiring', name: string | undefined) => ({
    [name?.endsWith('.amazonaws.com') === true ? `${role}ServicePrincipal` : `${role}Principal`]:
      name,
  });
  return unwrap(
    compileGrant(
      {
        GrantId: String(index),
        KeyId: resource.arn,
        ...named('Grantee', grant.grantee),
        ...named('Retiring', grant.retiring),
        IssuingAccount: `arn:aws:iam::${grant.issuer}:root`,
        Operations: grant.operations,
        Constraints: {
          EncryptionContextEquals: grant.equals,
          EncryptionContextSubset: grant.subset,
          SourceArn: grant.sourceArn,
        },
      },
      { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' },
    ),
  );
}

function operationsOf(names: readonly string[]): ReadonlySet<KmsAction> {
  return new Set(names.map((name) => kmsAction(`kms:${name}`) as KmsAction));
}

function constraintsOf({ equals, subset, sourceArn }: Scenario['proposes']) {
  return { encryptionContextEquals: equals, encryptionContextSubset: subset, sourceArn };
}
