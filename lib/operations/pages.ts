// Lists in pages: Limit and Marker in, Truncated and NextMarker out. A marker is opaque to callers:
// the name behind which the next page begins.

import { KmsError } from '../errors.js';
import type { Page } from '../keys/registry.js';
import type { PageInput, PageOutput } from '../types.js';
import type { Member } from './shape.js';

/** Places as text sort as numbers. */
const placeDigits = 6;

const markerMember = {
  kind: 'string',
  min: 1,
  max: 1024,
  pattern: /^[\u0020-\u00ff]*$/,
} as const satisfies Member;

/** @param max - the longest page that AWS gives of this list */
export function pageMembers(max: number): { readonly Limit: Member; readonly Marker: Member } {
  return { Limit: { kind: 'integer', min: 1, max }, Marker: markerMember };
}

/**
 * One more than asked for is read, to know whether there is a next page.
 *
 * @throws KmsError InvalidMarkerException
 */
export function pageToRead({ Limit, Marker }: PageInput, limitDefault: number): Page {
  return { after: readMarker(Marker), limit: (Limit ?? limitDefault) + 1 };
}

/**
 * @param read - what was read of a page
 * @param nameOf - the name behind which the next page begins when this item was the last
 */
export function toPage<Item>(
  read: readonly Item[],
  { limit }: Page,
  nameOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly page: PageOutput } {
  if (read.length < limit) return { items: read, page: { Truncated: false } };
  const items = read.slice(0, limit - 1);
  const last = items.at(-1) as Item;
  return { items, page: { Truncated: true, NextMarker: makeMarker(nameOf(last)) } };
}

/** A page of a list that is at hand whole and in the order of its names. */
export function cutPage<Item>(
  all: readonly Item[],
  page: Page,
  nameOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly page: PageOutput } {
  const { after } = page;
  const rest = after === undefined ? all : all.filter((item) => nameOf(item) > after);
  return toPage(rest.slice(0, page.limit), page, nameOf);
}

/** A page of a list whose items go by their place in it. */
export function cutList<Item>(
  all: readonly Item[],
  page: Page,
): { readonly items: readonly Item[]; readonly page: PageOutput } {
  const placed = all.map((item, i) => ({ item, place: String(i).padStart(placeDigits, '0') }));
  const cut = cutPage(placed, page, ({ place }) => place);
  return { items: cut.items.map(({ item }) => item), page: cut.page };
}

function makeMarker(name: string): string {
  return Buffer.from(name, 'utf8').toString('base64url');
}

function readMarker(marker: string | undefined): string | undefined {
  if (marker === undefined) return undefined;
  const name = Buffer.from(marker, 'base64url').toString('utf8');
  if (makeMarker(name) !== marker) throw new KmsError('InvalidMarkerException', '');
  return name;
}
