// Acting as a service does on somebody's behalf: the same caller, and what conditions can ask of the
// way (AWS IAM User Guide, Forward access sessions).

import { demand } from './kms_options.js';
import type { Caller } from './operations/operation.js';

/** What tells of the caller's own connection is not the service's. */
const ofConnection = [
  'aws:SourceIp',
  'aws:SourceVpc',
  'aws:SourceVpcArn',
  'aws:SourceVpce',
  'aws:VpcSourceIp',
  'aws:VpceAccount',
  'aws:VpceOrgID',
  'aws:VpceOrgPaths',
];

/**
 * @param service - its name before the Region
 * @throws KeysteadError ERR_INVALID_ARGUMENT
 */
export function actingVia(service: string, caller: Caller): Caller {
  demand(
    typeof service === 'string' && /^[a-z0-9-]{1,64}$/.test(service),
    'a service is named like s3',
  );
  const { calledVia = [], names, keys } = caller;
  return {
    ...caller,
    viaService: `${service}.${names.region}.amazonaws.com`,
    calledVia: [...calledVia, `${service}.amazonaws.com`],
    keys: Object.fromEntries(Object.entries(keys).filter(([name]) => !ofConnection.includes(name))),
  };
}
