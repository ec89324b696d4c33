// How many keys a store holds, by key state: for those who watch over a store. Not for the way of a
// request: it reads every key's record.

import { setImmediate } from 'node:timers/promises';
import type { KeyState } from '../types.js';
import { isDestructionDue } from './due.js';
import { decodeKeyRecord, keyPathPrefix } from './key_record.js';
import type { RegistryGround } from './registry.js';

/** Records read in one piece; requests come in between. */
const batchSize = 200;

/** Keys of all accounts and Regions; those whose waiting period is over are none any more. */
export async function countKeys({
  store,
  nowMs,
}: Pick<RegistryGround, 'store' | 'nowMs'>): Promise<Partial<Record<KeyState, number>>> {
  const counts: Partial<Record<KeyState, number>> = {};
  let after: string | undefined;
  for (;;) {
    const page = await store.range({
      prefix: keyPathPrefix,
      limit: batchSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const { value } of page) {
      const record = decodeKeyRecord(value);
      if (isDestructionDue(record, nowMs())) continue;
      counts[record.keyState] = (counts[record.keyState] ?? 0) + 1;
    }
    if (page.length < batchSize) return counts;
    after = page.at(-1)?.path;
    await setImmediate();
  }
}
