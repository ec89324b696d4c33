// The caller of operations that a client's options make.

import type { CheckedClientOptions } from './client_options.js';
import type { Caller, Engine } from './operations/operation.js';

/** What of a caller is the same for all clients of a Kms. */
export interface CallerGround {
  readonly engine: Engine;
  readonly strictPrincipals: boolean;
  readonly assertOpen: () => void;
}

export function makeCaller(
  ground: CallerGround,
  { account, region, asker, keys }: CheckedClientOptions,
): Caller {
  return {
    ...ground,
    identity: { current: () => asker, load: async () => asker },
    names: ground.engine.registry.names(account, region),
    viaService: undefined,
    calledVia: undefined,
    keys,
  };
}
