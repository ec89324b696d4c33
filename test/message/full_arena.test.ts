// Messages when the secure memory is full: a typed error, and everything works again with room.

import { expect, it } from 'vitest';
import { answerOf } from '../hsm/support/run_child.js';

interface Answer {
  readonly full: Record<string, string>;
  readonly emptied: Record<string, string>;
  readonly works: boolean;
}

const script = new URL('children/small_arena.mjs', import.meta.url);

it('every form gives ERR_SECURE_MEMORY, and recovers', async () => {
  const { full, emptied, works } = await answerOf<Answer>(script);
  expect(new Set(Object.values(full))).toEqual(new Set(['ERR_SECURE_MEMORY']));
  expect(new Set(Object.values(emptied))).toEqual(new Set(['done']));
  expect(works).toBe(true);
});
