// Tags of users and roles: TagUser, TagRole, UntagUser, UntagRole, ListUserTags, ListRoleTags; and
// the rules for tags (IAM User Guide, "Rules for tagging").

import { IamError } from '../errors.js';
import { pageMembers, requiredTagsMember, tagKeysMember } from './iam_members.js';
import { iamOperation } from './iam_operation.js';
import { cutIamPage } from './iam_pages.js';
import { commitPlan, replace } from './iam_store.js';
import type { TagList } from './records.js';
import type { SubjectKind } from './subjects.js';
import { requireEntity, roles, subjectShape, targetOf, toTags, users } from './subjects.js';
import type {
  EmptyOutput,
  IamPageInput,
  IamTag,
  ListTagsOutput,
  TagKeysInput,
  TagsInput,
} from './types.js';

const tagsMax = 50;

/** What conditions see of the tags in a request. */
export function requestedTags({
  Tags,
}: {
  readonly Tags?: readonly IamTag[] | undefined;
}): Readonly<Record<string, string>> {
  return Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** The tags of an entity after new ones were hung on it. @throws IamError InvalidInput, LimitExceeded */
export function addIamTags(known: TagList, tags: readonly IamTag[]): TagList {
  // Tag keys are not told apart by case.
  const names = tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(names).size < names.length)
    throw new IamError(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  if (names.some((name) => name.startsWith('aws:')))
    throw new IamError('InvalidInput', 'Tag keys beginning with aws: are reserved.');
  const kept = known.filter(([name]) => !names.includes(name.toLowerCase()));
  const all = [...kept, ...tags.map(({ Key, Value }) => [Key, Value] as const)];
  if (all.length > tagsMax)
    throw new IamError(
      'LimitExceeded',
      `The number of tags has reached the maximum limit ${tagsMax}.`,
    );
  return all;
}

function tag<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & TagsInput, EmptyOutput>({
    service: 'iam',
    name: `Tag${title}`,
    shape: subjectShape<Name, TagsInput>(subject, { Tags: requiredTagsMember }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    tags: requestedTags,
    run: (request, call) =>
      commitPlan(call.ground, async () => {
        const entry = await requireEntity(call, kind, nameOf(request));
        const tags = addIamTags(entry.record.tags, request.Tags);
        return { changes: [replace(entry, { ...entry.record, tags })], output: {} };
      }),
  });
}

function untag<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & TagKeysInput, EmptyOutput>({
    service: 'iam',
    name: `Untag${title}`,
    shape: subjectShape<Name, TagKeysInput>(subject, { TagKeys: tagKeysMember }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    conditions: ({ TagKeys }) => (TagKeys.length === 0 ? {} : { 'aws:TagKeys': TagKeys }),
    run: (request, call) =>
      commitPlan(call.ground, async () => {
        const entry = await requireEntity(call, kind, nameOf(request));
        const names = request.TagKeys.map((name) => name.toLowerCase());
        const tags = entry.record.tags.filter(([name]) => !names.includes(name.toLowerCase()));
        return { changes: [replace(entry, { ...entry.record, tags })], output: {} };
      }),
  });
}

function listTags<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & IamPageInput, ListTagsOutput>({
    service: 'iam',
    name: `List${title}Tags`,
    shape: subjectShape<Name, IamPageInput>(subject, pageMembers),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    async run(request, call) {
      const { record } = await requireEntity(call, kind, nameOf(request));
      const { items, page } = cutIamPage(toTags(record.tags), request, ({ Key }) => Key);
      return { Tags: items, ...page };
    },
  });
}

export const tagUser = tag(users);
export const tagRole = tag(roles);
export const untagUser = untag(users);
export const untagRole = untag(roles);
export const listUserTags = listTags(users);
export const listRoleTags = listTags(roles);
