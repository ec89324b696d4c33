// AWS managed keys: made when a service first uses its predefined alias on somebody's behalf, or
// somebody describes it, with the service's own policy. Nobody but AWS changes them.

import { awsManagedKeyPolicy, type KmsAction } from '../authorization/index.js';
import type { KmsKey } from '../keys/kms_key.js';
import { locate } from '../keys/registry.js';
import { newRotation } from '../keys/rotation.js';
import type { Caller } from './operation.js';
import { actionNamed } from './operation_call.js';

/** Names that begin so are AWS's: `alias/awesome` is free. */
export const reservedAliasPrefix = 'alias/aws/';

const serviceForm = /^alias\/aws\/([a-z0-9-]+)$/;
const describeKey = actionNamed('kms:DescribeKey');

/**
 * Makes the AWS managed key that a request names by its alias, when the request may.
 *
 * @returns undefined when the name is no predefined alias of the caller's account
 */
export async function firstUseOfAwsManagedKey(
  name: string,
  action: KmsAction,
  caller: Caller,
): Promise<KmsKey | undefined> {
  const { engine, names } = caller;
  const { account, resource } = locate(names, name);
  const service = serviceForm.exec(resource)?.[1];
  if (service === undefined || account !== names.account) return undefined;
  if (action !== describeKey && caller.viaService === undefined) return undefined;
  const nowMs = engine.registry.ground.nowMs();
  const made = await engine.registry.createKey(names, {
    description: `Default key that protects my ${service} data when no other key is defined`,
    keyManager: 'AWS',
    policy: awsManagedKeyPolicy(service, account, names.region),
    policyBindings: {},
    tags: [],
    aliasNames: [resource],
    rotation: newRotation(undefined, nowMs),
  });
  // Somebody else made it first.
  return made ?? engine.registry.resolve(names, name);
}
