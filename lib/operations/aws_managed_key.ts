// AWS managed keys: made when a service first uses its predefined alias on somebody's behalf, or
// somebody who may describes it, with the service's own policy. Nobody but AWS changes them.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk

import { authorize, awsManagedKeyPolicy } from '../authorization/index.js';
import { KmsError } from '../errors.js';
import { compileKeyPolicy } from '../keys/key_policy.js';
import type { NewKey } from '../keys/key_record.js';
import type { KmsKey } from '../keys/kms_key.js';
import { locate } from '../keys/registry.js';
import { newRotation } from '../keys/rotation.js';
import { audited, type ToldOperation } from './audited.js';
import { newKeyResource } from './new_key.js';
import { actionNamed, type OperationCall } from './operation_call.js';

const createKey: ToldOperation = { name: 'CreateKey', action: actionNamed('kms:CreateKey') };

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
  const newKey: NewKey = {
    description: `Default key that protects my ${service} data when no other key is defined`,
    keyManager: 'AWS',
    policy,
    policyBindings: {},
    tags: [],
    aliasNames: [aliasName],
    rotation: newRotation(undefined, call.timeMs),
  };
  try {
    return await make(newKey, call);
  } catch (error) {
    if (error instanceof KmsError && error.code === 'AlreadyExistsException')
      return engine.registry.resolve(names, name);
    throw error;
  }
}

/**
 * The audit trail tells of it as of a request of its own: the one that is served may yet fail.
 *
 * @throws KmsError AlreadyExistsException when somebody else made it first
 */
function make<Input>(newKey: NewKey, { caller, asker }: OperationCall<Input>): Promise<KmsKey> {
  return audited(createKey, caller, async ({ engine, names, note }) => {
    note?.asks(asker.principal);
    const made = await engine.registry.createKey(names, newKey);
    if (made !== undefined) return made;
    throw new KmsError('AlreadyExistsException', 'somebody else made the key first');
  });
}
