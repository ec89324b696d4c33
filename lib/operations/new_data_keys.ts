// Our newDataKeys: many data keys under one KMS key and one encryption context, by one authorization
// and one native call.

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { KeysteadError } from '../errors.js';
import { dataKeyFromHandle, takeEmptiedHandles } from '../hsm/index.js';
import type { NewDataKeyOutput, NewDataKeysInput } from '../types.js';
import { batchSizeMax } from './batch.js';
import { encryptionContextMember, requiredKeyIdMember } from './members.js';
import { dataKeySizeBytes, newDataKey } from './new_data_key.js';
import type { KeyOperation } from './operation.js';
import { compileShape } from './shape.js';

const blobSizeBytes = dataKeySizeBytes + ciphertextBlobOverheadBytes;

export const newDataKeys: KeyOperation<NewDataKeysInput, PromiseSettledResult<NewDataKeyOutput>[]> =
  {
    ...newDataKey,
    name: 'NewDataKeys',
    validate: compileShape<NewDataKeysInput>({
      keyId: requiredKeyIdMember,
      encryptionContext: encryptionContextMember,
      count: { kind: 'integer', min: 1, max: batchSizeMax, required: true },
    }),
    run({ encryptionContext, count }, key, { engine: { hsm, registry } }) {
      const blobs = new Uint8Array(count * blobSizeBytes);
      const { keyMaterialId } = key.currentMaterial;
      const made = hsm.kmsKeyNewDataKeys(
        registry.currentHandle(key),
        blobs,
        encryptionContext,
        takeEmptiedHandles(count),
      );
      return made.map((handle, i) =>
        handle instanceof KeysteadError
          ? { status: 'rejected', reason: handle }
          : {
              status: 'fulfilled',
              value: {
                dataKey: dataKeyFromHandle(handle),
                // A copy of its own: one that is kept must not keep them all.
                encryptedDataKey: blobs.slice(i * blobSizeBytes, (i + 1) * blobSizeBytes),
                keyId: key.arn,
                keyMaterialId,
              },
            },
      );
    },
  };
