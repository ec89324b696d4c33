// Our openDataKey: Decrypt of a data key whose plaintext stays inside, as a handle. It needs the
// permission of Decrypt.

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { parseEncryptionContext } from '../envelope/encryption_context.js';
import type { Addon, DataKeyHandle, KmsKeyHandle } from '../hsm/index.js';
import { dataKeyFromHandle, takeEmptiedHandle } from '../hsm/index.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type { OpenDataKeyInput, OpenDataKeyOutput } from '../types.js';
import { algorithmValues } from './encryption_algorithm.js';
import { encryptionContextMember, keyIdMember, requiredCiphertextBlobMember } from './members.js';
import { dataKeySizeBytes } from './new_data_key.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';
import { invalidCiphertext, unwrap } from './unwrap.js';

const encryptedDataKeySizeBytes = dataKeySizeBytes + ciphertextBlobOverheadBytes;

export const openDataKey: KeyOperation<OpenDataKeyInput, OpenDataKeyOutput> = {
  name: 'OpenDataKey',
  ours: true,
  action: actionNamed('kms:Decrypt'),
  validate: compileShape<OpenDataKeyInput>({
    encryptedDataKey: requiredCiphertextBlobMember,
    encryptionContext: encryptionContextMember,
    keyId: keyIdMember,
  }),
  key: { keyMember: 'keyId', aliases: true, blobMember: 'encryptedDataKey' },
  aliasMember: 'keyId',
  encryptionContext: ({ encryptionContext }) => parseEncryptionContext(encryptionContext),
  conditions: () => algorithmValues(),
  state: mustBeEnabled,
  usedFor: 'Decrypt',
  run({ encryptedDataKey, encryptionContext }, key, { engine }) {
    if (encryptedDataKey.length !== encryptedDataKeySizeBytes) throw invalidCiphertext();
    const { value, keyMaterialId } = unwrap(
      encryptedDataKey,
      encryptionContext,
      key,
      engine,
      openHandle,
    );
    return { dataKey: dataKeyFromHandle(value), keyId: key.arn, keyMaterialId };
  },
};

function openHandle(
  hsm: Addon,
  handle: KmsKeyHandle,
  blob: Uint8Array,
  encryptionContext: Uint8Array | undefined,
): DataKeyHandle {
  return hsm.kmsKeyOpenDataKey(handle, blob, encryptionContext, takeEmptiedHandle());
}
