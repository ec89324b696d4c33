// Lists without pages: what the AWS SDK's paginators do, which insist on its own class.

import type { PageInput, PageOutput } from './types.js';

/**
 * @param list - gives a page
 * @param itemsOf - what stands on it
 */
export async function* listAll<Input extends PageInput, Output extends PageOutput, Item>(
  list: (input: Input) => Promise<Output>,
  input: Input,
  itemsOf: (page: Output) => readonly Item[],
): AsyncGenerator<Item, void, undefined> {
  let Marker = input.Marker;
  do {
    const page = await list({ ...input, Marker });
    yield* itemsOf(page);
    Marker = page.NextMarker;
  } while (Marker !== undefined);
}
