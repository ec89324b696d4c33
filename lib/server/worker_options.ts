// What of a Kms and of a server's options can pass to other processes.

import cluster from 'node:cluster';
import type { Kms } from '../kms.js';
import type { KmsOpenOptions } from '../kms_options.js';
import { demand } from '../kms_options.js';
import type { ServeOptions } from './serve_options.js';

/**
 * The options with which a worker opens the store and serves it.
 *
 * @throws KeysteadError ERR_INVALID_ARGUMENT for what lives in this process alone
 */
export function workerOptions(kms: Kms, options: ServeOptions): [KmsOpenOptions, ServeOptions] {
  const { path, rootKey, clock, account, region, strictPrincipals, auditFolder } = kms.openOptions;
  const secureMemory = kms.openOptions.requireLockedMemory ? 'require' : 'prefer';
  demand(cluster.isPrimary, 'a worker of node:cluster cannot have `workers` of its own');
  demand(path !== undefined, '`workers` need a store on disk');
  demand(
    typeof rootKey !== 'function',
    '`workers` need a `rootKey` that is a file or a passphrase',
  );
  demand(
    clock === undefined,
    '`workers` take the time from the machine: `clock` must not be given',
  );
  for (const [name, value] of Object.entries(options))
    demand(typeof value !== 'function', `\`${name}\` cannot pass to \`workers\``);
  const audit = auditFolder ?? false;
  return [
    { path, rootKey, account, region, secureMemory, strictPrincipals, audit },
    { ...options, workers: 1, metricsPort: false },
  ];
}
