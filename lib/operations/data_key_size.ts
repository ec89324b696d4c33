// How long a requested data key is, and the request shape that says so.

import { dataKeySpecs } from '../enumerations.js';
import { KmsError } from '../errors.js';
import type { GenerateDataKeyWithoutPlaintextInput } from '../types.js';
import {
  dryRunMember,
  encryptionContextMember,
  grantTokensMember,
  requiredKeyIdMember,
} from './members.js';
import type { Shape, Validated } from './shape.js';

type Input = GenerateDataKeyWithoutPlaintextInput;

export const dataKeyShape: Shape<Input> = {
  KeyId: requiredKeyIdMember,
  EncryptionContext: encryptionContextMember,
  NumberOfBytes: { kind: 'integer', min: 1, max: 1024 },
  KeySpec: { kind: 'enum', values: dataKeySpecs },
  GrantTokens: grantTokensMember,
  DryRun: dryRunMember,
};

/** @throws KmsError ValidationException unless exactly one of the two members says the size */
export function checkDataKeySize({ KeySpec, NumberOfBytes }: Validated<Input>): void {
  if ((KeySpec === undefined) !== (NumberOfBytes === undefined)) return;
  throw new KmsError('ValidationException', 'Please specify either number of bytes or key spec.');
}

/** @param request - checked by {@link checkDataKeySize} */
export function dataKeySizeBytes({ KeySpec, NumberOfBytes }: Validated<Input>): number {
  return NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32);
}
