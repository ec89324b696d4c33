// Core dumps of a child that holds keys never hold one of them.

import { afterEach, describe, expect, it } from 'vitest';
import { withMlock } from './support/backing.js';
import {
  coreDumpMaker,
  coreIn,
  dumpCore,
  dumpEverything,
  searchFile,
} from './support/core_dump.js';
import { holdEverything, holdGeneratedKey, holdKeyAndAbort } from './support/held_keys.js';
import { KeyHolder } from './support/key_holder.js';
import { wholeDataKey } from './support/needles.js';

const noCoreDumps = coreDumpMaker() === undefined;
let holder: KeyHolder;
afterEach(() => holder.end());

// core_pattern is no plain file name and gdb's gcore is not installed: nothing to look into.
describe.skipIf(noCoreDumps)('a core dump', () => {
  it('holds a key and round keys that the child keeps in ordinary memory', async () => {
    holder = new KeyHolder();
    const needles = await holdGeneratedKey(holder);
    await holder.run('plant');
    const hits = searchFile(await dumpCore(holder.child, holder.folder), needles);
    expect(new Set(hits.map(({ name }) => name))).toEqual(wholeDataKey);
  });

  it.each([
    ['the best backing, keys live', {}, false],
    ['the best backing, keys disposed', {}, true],
    ['mlock, keys live', withMlock, false],
    ['mlock, keys disposed', withMlock, true],
  ])('holds no secret: %s', async (_, environment, dispose) => {
    holder = new KeyHolder(environment);
    const needles = await holdEverything(holder);
    if (dispose) await holder.run('dispose');
    expect(searchFile(await dumpCore(holder.child, holder.folder), needles)).toEqual([]);
  });
});

// gcore cannot come so soon.
describe.skipIf(coreDumpMaker() !== 'kernel')('the core dump of a process that aborts', () => {
  // On either side of where the core changes its code.
  it.each([32, 1000, 5000, 1_000_000])(
    'holds no secret right after work on %d bytes',
    async (sizeBytes) => {
      holder = new KeyHolder();
      dumpEverything(holder.child);
      const needles = await holdKeyAndAbort(holder, sizeBytes);
      expect(searchFile(coreIn(holder.folder), needles)).toEqual([]);
    },
  );
});
