// All operations of AWS's API that are served. Those that are not here are not served: asking for
// one is UnsupportedOperationException.

import { KmsError } from '../errors.js';
import { createAlias } from './create_alias.js';
import { createKey } from './create_key.js';
import { decrypt } from './decrypt.js';
import { describeKey } from './describe_key.js';
import { encrypt } from './encrypt.js';
import { generateDataKey } from './generate_data_key.js';
import { generateDataKeyWithoutPlaintext } from './generate_data_key_without_plaintext.js';
import type { Operation } from './operation.js';

export const operations = {
  CreateAlias: createAlias,
  CreateKey: createKey,
  Decrypt: decrypt,
  DescribeKey: describeKey,
  Encrypt: encrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
} as const;

/** The operation with AWS's name. @throws KmsError UnsupportedOperationException */
export function operationNamed(name: string): Operation<object, object> {
  if (Object.hasOwn(operations, name)) {
    return operations[name as keyof typeof operations] as unknown as Operation<object, object>;
  }
  throw new KmsError('UnsupportedOperationException', `${String(name)} is not supported yet`);
}
