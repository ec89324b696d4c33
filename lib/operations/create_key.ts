// CreateKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html

import { defaultKeyPolicy } from '../authorization/index.js';
import { customerMasterKeySpecs, keySpecs, keyUsages, origins } from '../enumerations.js';
import { KmsError } from '../errors.js';
import { keyMetadata } from '../keys/key_metadata.js';
import type { CreateKeyInput, CreateKeyOutput } from '../types.js';
import { checkLockout, readPolicy } from './key_policy.js';
import { descriptionMember, policyMember, tagsMember } from './members.js';
import { newKeyResource, newKeyValues } from './new_key.js';
import type { KeylessOperation, Permission } from './operation.js';
import { actionNamed } from './operation_call.js';
import { bypassValues } from './put_key_policy.js';
import type { Validated } from './shape.js';
import { compileShape } from './shape.js';
import { addTags, requestTags, tagKeysOf } from './tags.js';

const unserved = ['CustomKeyStoreId', 'MultiRegion', 'XksKeyId'];

type Request = Validated<CreateKeyInput>;

/** What conditions see, for the key and for its tags. */
const seen = {
  tags: ({ Tags }: Request) => requestTags(Tags),
  conditions: ({ Tags, BypassPolicyLockoutSafetyCheck: bypass }: Request) => ({
    ...newKeyValues,
    ...bypassValues(bypass),
    ...tagKeysOf(Tags),
  }),
};

/** Creating a key with tags needs this permission too. */
const tagging: Permission<CreateKeyInput> = { action: actionNamed('kms:TagResource'), ...seen };

export const createKey: KeylessOperation<CreateKeyInput, CreateKeyOutput> = {
  name: 'CreateKey',
  action: actionNamed('kms:CreateKey'),
  ...seen,
  onNoResource: true,
  validate: compileShape<CreateKeyInput>(
    {
      Policy: policyMember,
      Description: descriptionMember,
      KeyUsage: { kind: 'enum', values: keyUsages },
      CustomerMasterKeySpec: { kind: 'enum', values: customerMasterKeySpecs },
      KeySpec: { kind: 'enum', values: keySpecs },
      Origin: { kind: 'enum', values: origins },
      BypassPolicyLockoutSafetyCheck: { kind: 'boolean' },
      Tags: tagsMember,
    },
    unserved,
  ),
  check,
  async run(request, call) {
    const { Description = '', Policy, Tags = [] } = request;
    if (Tags.length > 0) call.for(tagging, request).authorizeOnNoKey();
    const tags = addTags([], Tags);
    const { names, engine } = call.caller;
    const written = await readPolicy(Policy ?? defaultKeyPolicy(names.account), call.caller);
    if (request.BypassPolicyLockoutSafetyCheck !== true) {
      const resource = newKeyResource(call.caller, written.compiled, requestTags(Tags));
      checkLockout(call.ask(resource), written);
    }
    const { policy, policyBindings } = written;
    const key = await engine.registry.createKey(names, {
      description: Description,
      keyManager: 'CUSTOMER',
      policy,
      policyBindings,
      tags,
    });
    if (key === undefined) throw new KmsError('KMSInternalException', 'the new key id is taken');
    return { KeyMetadata: keyMetadata(key) };
  },
};

function check({ KeySpec, CustomerMasterKeySpec, KeyUsage, Origin }: Request): void {
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) throw bothSpecs();
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (spec !== 'SYMMETRIC_DEFAULT') throw unsupported(`KeySpec ${spec} is not supported yet`);
  if (KeyUsage !== undefined && KeyUsage !== 'ENCRYPT_DECRYPT')
    throw incompatibleUsage(KeyUsage, spec);
  if (Origin !== undefined && Origin !== 'AWS_KMS')
    throw unsupported(`Origin ${Origin} is not supported yet`);
}

function bothSpecs(): KmsError {
  return new KmsError(
    'ValidationException',
    'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
  );
}

function incompatibleUsage(usage: string, spec: string): KmsError {
  return new KmsError(
    'ValidationException',
    `KeyUsage ${usage} is not compatible with KeySpec ${spec}`,
  );
}

function unsupported(message: string): KmsError {
  return new KmsError('UnsupportedOperationException', message);
}
