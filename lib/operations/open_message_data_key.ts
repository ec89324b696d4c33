// Our openDataKey for the data keys of messages, which have 16, 24 or 32 bytes. It needs the
// permission of Decrypt.

import { type MessageDataKey, messageDataKeyFromHandle } from '../hsm/index.js';
import type { OpenDataKeyInput } from '../types.js';
import { openDataKey } from './open_data_key.js';
import type { KeyOperation } from './operation.js';
import { unwrap } from './unwrap.js';

export interface OpenMessageDataKeyOutput {
  dataKey: MessageDataKey;
  /** The ARN of the KMS key that opened it. */
  keyId: string;
  keyMaterialId: string;
}

export const openMessageDataKey: KeyOperation<OpenDataKeyInput, OpenMessageDataKeyOutput> = {
  ...openDataKey,
  name: 'OpenMessageDataKey',
  run({ encryptedDataKey, encryptionContext }, key, { engine }) {
    const { value, keyMaterialId } = unwrap(
      encryptedDataKey,
      encryptionContext,
      key,
      engine,
      (hsm, handle, blob, context) => hsm.kmsKeyOpenMessageDataKey(handle, blob, context),
    );
    return { dataKey: messageDataKeyFromHandle(value), keyId: key.arn, keyMaterialId };
  },
};
