// The addon for tests, native/test/test_addon.cc.

import { createRequire } from 'node:module';

export interface TestAddon {
  /** An external that is not Keystead's, with a type tag or without. */
  external(tagged: boolean): object;
  /** Whether so many more bytes can be locked. */
  canLock(bytes: number): boolean;
  /** The second, of half as many bytes, lies in the memory of the first. */
  overlapping(bytes: number): [ArrayBuffer, ArrayBuffer];
}

export const testAddonPath = new URL('../../../build/Release/test/test_addon.node', import.meta.url)
  .pathname;

export function testAddon(): TestAddon {
  return createRequire(import.meta.url)(testAddonPath) as TestAddon;
}
