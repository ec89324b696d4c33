// An opened Kms as the endpoint's backend.

import { accountRootArn } from '../arn.js';
import type { Principal } from '../authorization/index.js';
import { principalOfArn } from '../authorization/index.js';
import type { Kms } from '../kms.js';
import { dispatch } from '../operations/dispatch.js';
import { operationNamed } from '../operations/table.js';
import type { Backend } from './backend.js';

export function kmsBackend(kms: Kms): Backend {
  const { ground } = kms;
  const { engine } = ground;
  const { account, region } = kms.openOptions;
  const root = {
    principal: principalOfArn(accountRootArn(account)) as Principal,
    identityPolicies: [],
  };
  const rootIdentity = { current: () => root, load: async () => root };
  return {
    account,
    region,
    credentials: engine.credentials,
    nowMs: engine.registry.ground.nowMs,
    root: () => ({ identity: rootIdentity, account, arn: root.principal.arn }),
    callKms: async (name, input, { identity, account: of, region: where, keys }) =>
      dispatch(operationNamed(name), input, {
        ...ground,
        identity,
        names: engine.registry.names(of, where),
        viaService: undefined,
        calledVia: undefined,
        keys: { ...keys, 'aws:RequestedRegion': where },
      }),
  };
}
