// An opened Kms as the endpoint's backend.

import { accountRootArn } from '../arn.js';
import type { Principal } from '../authorization/index.js';
import { principalOfArn } from '../authorization/index.js';
import { makeIamCaller } from '../caller.js';
import { dispatchIam } from '../iam/iam_dispatch.js';
import { iamOperationNamed, iamOperations, stsOperations } from '../iam/iam_table.js';
import { fixedIdentity } from '../iam/principal_identity.js';
import type { Kms } from '../kms.js';
import { dispatchAtOnce } from '../operations/dispatch.js';
import { operationNamed } from '../operations/table.js';
import type { Backend } from './backend.js';

export function kmsBackend(kms: Kms): Backend {
  const { ground } = kms;
  const { engine, strictPrincipals, assertOpen } = ground;
  const { account, region } = kms.openOptions;
  const arn = accountRootArn(account);
  const root = { principal: principalOfArn(arn) as Principal, identityPolicies: [] };
  return {
    account,
    region,
    credentials: ground.iam.credentials,
    nowMs: engine.registry.ground.nowMs,
    root: { identity: fixedIdentity(root), account, arn },
    callKms: (name, input, { identity, account: of, region: where, keys }) =>
      dispatchAtOnce(operationNamed(name), input, {
        engine,
        strictPrincipals,
        assertOpen,
        identity,
        names: engine.registry.names(of, where),
        viaService: undefined,
        calledVia: undefined,
        keys,
      }),
    queryOperation(name) {
      if (Object.hasOwn(iamOperations, name)) return iamOperationNamed('iam', name);
      return Object.hasOwn(stsOperations, name) ? iamOperationNamed('sts', name) : undefined;
    },
    callIam: (operation, input, { identity, keys }) =>
      dispatchIam(operation, input, makeIamCaller(ground, { identity, keys })),
  };
}
