// AWS managed keys: made when a service first uses its predefined alias on somebody's behalf, or
// somebody who may describes it, with the service's own policy. Nobody but AWS changes them.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk

import { authorize, awsManagedKeyPolicy } from '../authorization/index.js';
import { compileKeyPolicy } from '../keys/key_policy.js';
import type { KmsKey } from '../keys/kms_key.js';
import { locate } from '../keys/registry.js';
import { newRotation } from '../keys/rotation.js';
import { newKeyResource } from './new_key.js';
import type { OperationCall } from './operation_call.js';

/** Names that begin so are AWS's: `alias/awesome` is free. */
export const reservedAliasPrefix = 'alias/aws/';

const serviceForm = /^alias\/aws\/([a-z0-9-]{1,64})$/;

/** Services whose alias AWS has predefined: whoever may can describe their keys into being. */
const predefinedServices: readonly string[] = (
  'acm backup codeartifact codecommit connect dms dynamodb ebs elasticfilesystem es fsx glue kafka ' +
  'kinesis kinesisvideo lambda lightsail mq rds redshift s3 secretsmanager ses sns sqs ssm ' +
  'workspaces xray'
).split(' ');

/**
 * Makes the AWS managed key that a request names by its alias, when the key's policy would let the
 * request pass: other requests leave no key behind.
 *
 * @returns undefined when the name is no predefined alias of the caller's account, or the request
 * would be refused
 */
export async function firstUseOfAwsManagedKey<Input>(
  name: string,
  call: OperationCall<Input>,
): Promise<KmsKey | undefined> {
  const { engine, names, viaService } = call.caller;
  const { account, resource: aliasName } = locate(names, name);
  const service = serviceForm.exec(aliasName)?.[1];
  if (service === undefined || account !== names.account) return undefined;
  if (viaService === undefined && !predefinedServices.includes(service)) return undefined;
  const policy = awsManagedKeyPolicy(service, account, names.region);
  const resource = newKeyResource(call.caller, compileKeyPolicy(policy, {}), {});
  if (authorize(call.ask(resource)).decision === 'Deny') return undefined;
  const made = await engine.registry.createKey(names, {
    description: `Default key that protects my ${service} data when no other key is defined`,
    keyManager: 'AWS',
    policy,
    policyBindings: {},
    tags: [],
    aliasNames: [aliasName],
    rotation: newRotation(undefined, call.timeMs),
  });
  // Somebody else made it first.
  return made ?? engine.registry.resolve(names, name);
}
