// Users and roles alike: found by the name in a request, told of, and as what permissions are needed
// on them.

import { accountRootArn } from '../arn.js';
import { IamError } from '../errors.js';
import type { Shape } from '../operations/shape.js';
import type { EntityKind } from './iam_arn.js';
import { entityArn } from './iam_arn.js';
import { requiredUserNameMember, roleNameMember } from './iam_members.js';
import type { IamCall, IamTarget } from './iam_operation.js';
import type { Entry } from './iam_store.js';
import { readEntity } from './iam_store.js';
import type { Records, Subject, TagList } from './records.js';
import type { IamTag, RoleNameInput, UserNameInput } from './types.js';

/** What differs between the operations on users and those on roles. */
export interface SubjectKind<Name extends object> {
  readonly kind: 'user' | 'role';
  /** As it stands in the names of operations. */
  readonly title: 'User' | 'Role';
  readonly nameShape: Shape<Name>;
  readonly nameOf: (request: Name) => string;
}

export const users: SubjectKind<UserNameInput> = {
  kind: 'user',
  title: 'User',
  nameShape: { UserName: requiredUserNameMember },
  nameOf: ({ UserName }) => UserName,
};
export const roles: SubjectKind<RoleNameInput> = {
  kind: 'role',
  title: 'Role',
  nameShape: { RoleName: roleNameMember },
  nameOf: ({ RoleName }) => RoleName,
};

/** A row for users or for roles: what it takes besides the name. */
export function subjectShape<Name extends object, More>(
  { nameShape }: SubjectKind<Name>,
  more: Shape<More>,
): Shape<Name & More> {
  return { ...nameShape, ...more } as unknown as Shape<Name & More>;
}

/** @throws IamError NoSuchEntity */
export async function requireEntity<Kind extends EntityKind>(
  { ground, account }: IamCall,
  kind: Kind,
  name: string,
): Promise<Entry<Records[Kind]>> {
  const entry = await readEntity(ground, account, kind, name);
  if (entry === undefined) throw noSuchEntity(kind, name);
  return entry;
}

/** What a permission is needed on: with the path and tags of the entity when it is there. */
export async function targetOf(
  { ground, account }: IamCall,
  kind: EntityKind,
  name: string,
): Promise<IamTarget> {
  const entry = await readEntity(ground, account, kind, name);
  if (entry === undefined) return newTarget(account, kind, '/', name);
  const { path, tags } = entry.record;
  const { permissionsBoundary } = entry.record as Partial<Subject>;
  return {
    ...newTarget(account, kind, path, name),
    tags: Object.fromEntries(tags),
    boundary: permissionsBoundary?.arn,
  };
}

/** What a permission is needed on that is to be made. */
export function newTarget(
  account: string,
  kind: EntityKind,
  path: string,
  name: string,
): IamTarget {
  return { arn: entityArn({ account, kind, path, name }), account };
}

/** What a permission to list a kind is needed on. */
export function listTarget({ account }: IamCall, kind: EntityKind, pathPrefix = '/'): IamTarget {
  return { arn: `arn:aws:iam::${account}:${kind}${pathPrefix}`, account };
}

/** The account itself. */
export function accountTarget({ account }: IamCall): IamTarget {
  return { arn: accountRootArn(account), account };
}

/**
 * The user whom a request means that names none: the caller himself.
 *
 * @returns undefined for the account's root
 * @throws IamError ValidationError for everybody else
 */
export function userNameOf(
  { UserName }: { readonly UserName?: string | undefined },
  { asker }: IamCall,
): string | undefined {
  const { kind, arn } = asker.principal;
  if (UserName !== undefined) return UserName;
  if (kind === 'root') return undefined;
  if (kind === 'user') return arn.slice(arn.lastIndexOf('/') + 1);
  throw new IamError(
    'ValidationError',
    'Must specify userName when calling with non-User credentials',
  );
}

/** AWS's words for what is not there. */
export function noSuchEntity(kind: EntityKind, name: string): IamError {
  if (kind === 'policy') {
    return new IamError('NoSuchEntity', `Policy ${name} does not exist or is not attachable.`);
  }
  return new IamError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`);
}

/** AWS's words for what is there already. */
export function entityExists(kind: EntityKind, name: string): IamError {
  const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const text =
    kind === 'policy'
      ? `A policy called ${name} already exists. Duplicate names are not allowed.`
      : `${title} with name ${name} already exists.`;
  return new IamError('EntityAlreadyExists', text);
}

/** What an answer tells of an entity: what it has no value for is absent. */
export function present<Output extends object>(
  members: {
    readonly [Name in keyof Output]: Output[Name] | undefined;
  },
): Output {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Output;
}

export function toTags(tags: TagList): IamTag[] {
  return tags.map(([Key, Value]) => ({ Key, Value }));
}

/** Policy documents go out percent-encoded (RFC 3986), as AWS sends them. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
