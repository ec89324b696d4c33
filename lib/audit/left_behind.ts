// Events of changes that were committed by processes which died, or ended their chain, before they wrote
// them out.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedRecord, SealedStore } from '../store/sealed_store.js';
import type { HeadRecord } from './head_record.js';
import { decodeHeadRecord, headsPrefix, outboxPrefix } from './head_record.js';
import { isAlive } from './writer_process.js';

/** A record of an outbox; without an event when the file has it already. */
export interface LeftBehind {
  readonly record: SealedRecord;
  readonly event: object | undefined;
}

export async function* leftBehind({
  folder,
  store,
}: {
  readonly folder: string;
  readonly store: SealedStore;
}): AsyncGenerator<LeftBehind, void, undefined> {
  for (const { path, value } of await store.range({ prefix: headsPrefix })) {
    const head = decodeHeadRecord(value);
    if (!head.isClosed && isAlive(head.writer)) continue;
    const prefix = outboxPrefix(path.slice(headsPrefix.length));
    const records = await store.range({ prefix });
    if (records.length === 0) continue;
    const written = await eventIdsIn(folder, head);
    for (const record of records) {
      const eventId = record.path.slice(prefix.length);
      const event = JSON.parse(Buffer.from(record.value).toString('utf8')) as object;
      yield { record, event: written.has(eventId) ? undefined : event };
    }
  }
}

/** What stands in the file; a torn line counts as none. */
async function eventIdsIn(folder: string, { file }: HeadRecord): Promise<ReadonlySet<unknown>> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  return new Set(lines.map(eventIdOf));
}

/** Its own: what else is called `eventID` in a line, a caller chose. */
function eventIdOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { event?: { eventID?: unknown } }).event?.eventID;
  } catch {
    return undefined;
  }
}
