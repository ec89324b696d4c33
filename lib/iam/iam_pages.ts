// Lists in pages: MaxItems and Marker in, IsTruncated and Marker out. A marker is opaque to callers:
// the name behind which the next page begins.

import { IamError } from '../errors.js';
import type { IamPageInput, IamPageOutput } from './types.js';

const maxItemsDefault = 100;

/** Where a page begins, and how much to read to know whether there is a next one. */
export interface IamPage {
  readonly after: string | undefined;
  readonly limit: number;
}

/** The names of entities are parts of paths in the store. */
const entityName = /^[!-~]+$/;
const anyName = /^.+$/su;

/** @throws IamError ValidationError for a marker that no answer gave */
export function pageToRead(
  { Marker, MaxItems = maxItemsDefault }: IamPageInput,
  nameForm = entityName,
): IamPage {
  return { after: readMarker(Marker, nameForm), limit: MaxItems + 1 };
}

/** @param nameOf - the name behind which the next page begins when this item was the last */
export function toIamPage<Item>(
  read: readonly Item[],
  { limit }: IamPage,
  nameOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly page: IamPageOutput } {
  if (read.length < limit) return { items: read, page: { IsTruncated: false } };
  const items = read.slice(0, limit - 1);
  const last = nameOf(items.at(-1) as Item);
  return { items, page: { IsTruncated: true, Marker: Buffer.from(last).toString('base64url') } };
}

/** A page of a list that is at hand whole. */
export function cutIamPage<Item>(
  all: readonly Item[],
  input: IamPageInput,
  nameOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly page: IamPageOutput } {
  const page = pageToRead(input, anyName);
  const { after } = page;
  const sorted = [...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after);
  return toIamPage(rest.slice(0, page.limit), page, nameOf);
}

function readMarker(marker: string | undefined, form: RegExp): string | undefined {
  if (marker === undefined) return undefined;
  const name = Buffer.from(marker, 'base64url').toString('utf8');
  if (Buffer.from(name).toString('base64url') === marker && form.test(name)) return name;
  throw new IamError('ValidationError', 'Invalid Marker.');
}
