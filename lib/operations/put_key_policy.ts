// PutKeyPolicy: in every key state. https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html

import { anyState } from '../keys/key_state.js';
import type { EmptyOutput, PutKeyPolicyInput } from '../types.js';
import { checkLockout, readPolicy } from './key_policy.js';
import { policyMember, policyNameMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { checkPolicyName } from './policy_name.js';
import { compileShape } from './shape.js';

export const putKeyPolicy: KeyOperation<PutKeyPolicyInput, EmptyOutput> = {
  name: 'PutKeyPolicy',
  action: actionNamed('kms:PutKeyPolicy'),
  validate: compileShape<PutKeyPolicyInput>({
    KeyId: requiredKeyIdMember,
    PolicyName: policyNameMember,
    Policy: { ...policyMember, required: true },
    BypassPolicyLockoutSafetyCheck: { kind: 'boolean' },
  }),
  key: { keyMember: 'KeyId', aliases: false },
  conditions: ({ BypassPolicyLockoutSafetyCheck: bypass }) => bypassValues(bypass),
  state: anyState,
  async run(request, key, call) {
    checkPolicyName(request);
    const written = await readPolicy(request.Policy, call.caller);
    await call.engine.registry.change(key, (current) => {
      call.authorizeKey(current);
      if (request.BypassPolicyLockoutSafetyCheck !== true)
        checkLockout(call.requestFor(current), written);
      const { policy, policyBindings } = written;
      return { record: { ...current.record, policy, policyBindings } };
    });
    return {};
  },
};

/** The condition key is there only when the request says it. */
export function bypassValues(bypass: boolean | undefined): Readonly<Record<string, string>> {
  return bypass === undefined ? {} : { 'kms:BypassPolicyLockoutSafetyCheck': String(bypass) };
}
