// The names that customers may give, change and take away (KMS Developer Guide, Aliases).

import { KmsError } from '../errors.js';
import { aliasNamePattern } from '../keys/alias_record.js';
import { reservedAliasPrefix } from './aws_managed_key.js';

/** @throws KmsError ValidationException, NotAuthorizedException, InvalidAliasNameException */
export function checkAliasName({ AliasName }: { readonly AliasName: string }): void {
  if (!AliasName.startsWith('alias/')) throw prefixMissing();
  if (AliasName.startsWith(reservedAliasPrefix)) throw new KmsError('NotAuthorizedException', '');
  if (aliasNamePattern.test(AliasName)) return;
  throw new KmsError(
    'InvalidAliasNameException',
    `${AliasName} contains invalid characters for an alias`,
  );
}

function prefixMissing(): KmsError {
  return new KmsError(
    'ValidationException',
    'Alias must start with the prefix "alias/". Please see ' +
      'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
  );
}
