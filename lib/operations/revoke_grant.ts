// RevokeGrant: by whoever administers the key.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html

import { findGrant, removeGrant } from '../keys/grants.js';
import { anyState } from '../keys/key_state.js';
import type { EmptyOutput, RevokeGrantInput } from '../types.js';
import { wouldHaveSucceeded } from './dry_run.js';
import { checkGrantId } from './grant_id.js';
import { forAwsResource } from './grant_values.js';
import { dryRunMember, grantIdMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const revokeGrant: KeyOperation<RevokeGrantInput, EmptyOutput> = {
  name: 'RevokeGrant',
  action: actionNamed('kms:RevokeGrant'),
  validate: compileShape<RevokeGrantInput>({
    KeyId: requiredKeyIdMember,
    GrantId: { ...grantIdMember, required: true },
    DryRun: dryRunMember,
  }),
  check: ({ GrantId }) => checkGrantId(GrantId),
  key: { keyMember: 'KeyId', aliases: false },
  conditions: (_request, { viaService }) => forAwsResource(viaService),
  state: anyState,
  async run({ GrantId, DryRun }, key, call) {
    findGrant(key, GrantId);
    if (DryRun === true) throw wouldHaveSucceeded();
    await removeGrant(call.engine.registry, key, GrantId, (current) => call.authorizeKey(current));
    return {};
  },
};
