// What operations that change a key share: the caller is admitted to the key as it is stored at the
// moment of the change, not as it was when the request came.

import type { KeyRecord } from '../keys/key_record.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { OperationCall } from './operation_call.js';

/**
 * @param change - the new record; undefined leaves the key as it is
 * @returns the key as it is stored then
 */
export async function changeKey<Input>(
  key: KmsKey,
  call: OperationCall<Input>,
  change: (record: KeyRecord) => KeyRecord | undefined,
): Promise<KmsKey> {
  const { registry, wakeDueJobs } = call.engine;
  const changed = await registry.change(key, (current) => {
    call.admit(current);
    const record = change(current.record);
    return record === undefined ? undefined : { record };
  });
  wakeDueJobs();
  return changed;
}
