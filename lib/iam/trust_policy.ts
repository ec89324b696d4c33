// Writing a role's trust policy: it must compile, and the users and roles that it names are bound to
// the unique ids that they have now, so that one made again under a name is another.

import { IamError } from '../errors.js';
import type { IamCall } from './iam_operation.js';
import { compileTrustPolicy, trustedArns } from './iam_policy.js';
import type { RoleRecord } from './records.js';

/** @throws IamError MalformedPolicyDocument, LimitExceeded */
export async function readTrustPolicy(
  text: string,
  { identities, caller }: IamCall,
): Promise<Pick<RoleRecord, 'trustPolicy' | 'trustBindings'>> {
  const arns = trustedArns(compileTrustPolicy(text, {}));
  const trustBindings = await identities.findUniqueIds([...new Set(arns)]);
  const unknown = arns.find((arn) => !Object.hasOwn(trustBindings, arn));
  if (unknown !== undefined && caller.strictPrincipals)
    throw new IamError(
      'MalformedPolicyDocument',
      `Invalid principal in policy: "AWS":"${unknown}"`,
    );
  return { trustPolicy: text, trustBindings };
}
