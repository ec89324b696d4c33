// Messages much larger than the memory that the process may have.

import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerOf } from '../hsm/support/run_child.js';
import { isSoaking, soakCount } from './support/scale.js';

const gibibyte = 2 ** 30;
const sizeBytes = isSoaking ? soakCount(0, 10 * gibibyte) : gibibyte / 4;
const memoryBytes = 512 * 1024 * 1024;
const freeBytesNeeded = isSoaking ? 40e9 : 2e9;
const program = new URL('../envelope/children/large_messages.mjs', import.meta.url);

test(`${Math.round(sizeBytes / 2 ** 20)} MiB in 512 MiB of memory`, async (context) => {
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < freeBytesNeeded) {
    context.skip(`less than ${freeBytesNeeded / 1e9} GB of free disk at ${tmpdir()}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'keystead-large-'));
  try {
    const { peakBytes } = await answerOf<{ peakBytes: number }>(program, {
      args: [folder, `${sizeBytes + 12_345}`],
      // Private writable memory, in KiB: what is beyond is an allocation that fails.
      launcher: ['sh', '-c', `ulimit -d ${memoryBytes / 1024} && exec "$0" "$@"`],
    });
    expect(peakBytes).toBeLessThan(memoryBytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
