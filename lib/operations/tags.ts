// The rules for tags (KMS API Reference, TagResource).

import { KmsError } from '../errors.js';
import type { KeyRecord } from '../keys/key_record.js';
import type { Tag } from '../types.js';

/** AWS's quota (KMS resource quotas). */
const tagsPerKeyMax = 50;

type Tags = KeyRecord['tags'];

/** The tags of a key after new ones were hung on it. @throws KmsError TagException */
export function addTags(known: Tags, tags: readonly Tag[]): Tags {
  const names = tags.map(({ TagKey }) => TagKey);
  if (new Set(names).size < names.length) throw tagError('Duplicate tag keys');
  refuseReserved(names);
  const kept = known.filter(([name]) => !names.includes(name));
  const all = [...kept, ...tags.map(({ TagKey, TagValue }) => [TagKey, TagValue] as const)];
  if (all.length > tagsPerKeyMax) throw tagError('Too many tags');
  return all;
}

/** @throws KmsError TagException */
export function removeTags(known: Tags, names: readonly string[]): Tags {
  refuseReserved(names);
  return known.filter(([name]) => !names.includes(name));
}

/** What conditions see of the tags in a request. */
export function requestTags(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue]));
}

/** What conditions see of the names of tags in a request. */
export function tagKeysValues(names: readonly string[] | undefined) {
  return names === undefined || names.length === 0 ? {} : { 'aws:TagKeys': names };
}

export function tagKeysOf(tags: readonly Tag[] | undefined) {
  return tagKeysValues(tags?.map(({ TagKey }) => TagKey));
}

function refuseReserved(names: readonly string[]): void {
  if (names.some((name) => name.toLowerCase().startsWith('aws:')))
    throw tagError('Tags beginning with aws: are reserved');
}

function tagError(message: string): KmsError {
  return new KmsError('TagException', message);
}
