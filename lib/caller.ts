// The callers that a client's options make: of KMS's operations, and of IAM's and STS's.

import type { CheckedClientOptions } from './client_options.js';
import type { IamParts } from './engine.js';
import type { IamCaller } from './iam/iam_operation.js';
import { identityOfPrincipal } from './iam/principal_identity.js';
import type { Caller, Engine } from './operations/operation.js';

/** What of a caller is the same for all clients of a Kms. */
export interface CallerGround {
  readonly engine: Engine;
  readonly iam: IamParts;
  readonly strictPrincipals: boolean;
  readonly assertOpen: () => void;
}

export function makeCaller(
  { engine, iam, strictPrincipals, assertOpen }: CallerGround,
  { account, region, asker, keys }: CheckedClientOptions,
): Caller {
  return {
    engine,
    strictPrincipals,
    assertOpen,
    identity: identityOfPrincipal(asker, iam.identities, strictPrincipals),
    names: engine.registry.names(account, region),
    viaService: undefined,
    calledVia: undefined,
    keys,
  };
}

/** The same caller, of IAM and STS. */
export function makeIamCaller(
  { engine, iam, strictPrincipals, assertOpen }: CallerGround,
  { identity, keys }: Pick<Caller, 'identity' | 'keys'>,
): IamCaller {
  const { audit } = engine;
  return { identities: iam.identities, identity, keys, strictPrincipals, audit, assertOpen };
}
