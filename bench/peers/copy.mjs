// `cp` of a file, and `sync` of the copy.

import { runSynced } from './run_synced.mjs';

export async function copySynced(source, target) {
  await runSynced(target, 'cp', ['--reflink=never', source, target]);
}
