// Our openDataKeys: many encrypted data keys, of any KMS keys and encryption contexts.

import { dataKeyFromHandle, takeEmptiedHandles } from '../hsm/index.js';
import type { OpenDataKeyInput, OpenDataKeyOutput } from '../types.js';
import type { BatchPlan } from './batch.js';
import { findKey } from './find_key.js';
import { openDataKey } from './open_data_key.js';
import { OperationCall } from './operation_call.js';
import type { Validated } from './shape.js';
import { unwrapEach } from './unwrap.js';

type Request = Validated<OpenDataKeyInput>;

export const openDataKeys: BatchPlan<OpenDataKeyInput, Request, OpenDataKeyOutput> = {
  operation: openDataKey,
  async prepare(input, caller, asker) {
    const request = openDataKey.validate(input);
    const call = new OperationCall(openDataKey, request, caller, asker);
    return { request, keys: [await findKey(openDataKey.key, call)] };
  },
  signature: ({ keyId, encryptionContext }) => [keyId, encryptionContext],
  run({ request, keys: [key] }, requests, caller, asker) {
    if (key === undefined) return [];
    const call = new OperationCall(openDataKey, request, caller, asker);
    call.admit(key);
    const opened = unwrapEach(
      requests.map(({ encryptedDataKey }) => encryptedDataKey),
      key,
      caller.engine,
      (hsm, handle, blobs) =>
        hsm.kmsKeyOpenDataKeys(
          handle,
          blobs,
          request.encryptionContext,
          takeEmptiedHandles(blobs.length),
        ),
    );
    if (opened.some(({ status }) => status === 'fulfilled'))
      caller.engine.usage.record(key, 'Decrypt', call.timeMs);
    return opened.map((answer) =>
      answer.status === 'rejected'
        ? answer
        : {
            status: 'fulfilled',
            value: {
              dataKey: dataKeyFromHandle(answer.value.value),
              keyId: key.arn,
              keyMaterialId: answer.value.keyMaterialId,
            },
          },
    );
  },
};
