// What making, listing and deleting users and roles have in common.

import type { SealedChange } from '../store/sealed_store.js';
import type { IamCall } from './iam_operation.js';
import { pageToRead, toIamPage } from './iam_pages.js';
import type { Entry } from './iam_store.js';
import { listEntities, remove, replace } from './iam_store.js';
import { addIamTags } from './iam_tags.js';
import { linkPolicy, unlinkBoundary } from './policy_links.js';
import type { RoleRecord, Subject, UserRecord } from './records.js';
import { entityPath } from './records.js';
import { entityExists } from './subjects.js';
import type { IamTag, PathPrefixInput } from './types.js';
import { newUniqueId } from './unique_id.js';

type SubjectKind = 'user' | 'role';
type Records = { readonly user: UserRecord; readonly role: RoleRecord };

const idPrefixes = { user: 'AIDA', role: 'AROA' } as const;

/** What a request says of a new user or role. */
interface NewSubjectRequest {
  readonly Path?: string | undefined;
  readonly PermissionsBoundary?: string | undefined;
  readonly Tags?: readonly IamTag[] | undefined;
}

/** What every new user or role has, and the changes that make it of its whole record. */
export interface NewSubject {
  readonly subject: Subject;
  readonly make: (record: Subject) => SealedChange[];
}

/** @throws IamError EntityAlreadyExists, NoSuchEntity for the boundary, InvalidInput for the tags */
export async function newSubject(
  call: IamCall,
  kind: SubjectKind,
  name: string,
  { Path = '/', PermissionsBoundary, Tags = [] }: NewSubjectRequest,
): Promise<NewSubject> {
  const { ground, account, nowMs } = call;
  const path = entityPath(account, kind, name);
  if ((await ground.store.get(path)) !== undefined) throw entityExists(kind, name);
  const boundary =
    PermissionsBoundary === undefined
      ? undefined
      : await linkPolicy(call, PermissionsBoundary, 'boundaryCount');
  return {
    subject: {
      format: 1,
      id: newUniqueId(ground.hsm, idPrefixes[kind]),
      name,
      path: Path,
      createdAtMs: nowMs,
      tags: addIamTags([], Tags),
      inlinePolicies: [],
      attachedPolicies: [],
      permissionsBoundary: boundary?.link,
    },
    make(record) {
      const made = replace({ path, record, sealed: undefined }, record);
      return boundary === undefined ? [made] : [made, boundary.change];
    },
  };
}

/** A page of the users or roles whose paths begin with a prefix. */
export async function listSubjects<Kind extends SubjectKind>(
  request: PathPrefixInput,
  { ground, account }: IamCall,
  kind: Kind,
) {
  const { PathPrefix = '/' } = request;
  const page = pageToRead(request);
  const keeps = ({ path }: Records[Kind]) => path.startsWith(PathPrefix);
  const read: Records[Kind][] = await listEntities(ground, account, kind, { ...page, keeps });
  return toIamPage(read, page, ({ name }) => name.toLowerCase());
}

/** The changes that delete a user or role. */
export async function deletion(call: IamCall, entry: Entry<Subject>): Promise<SealedChange[]> {
  return [remove(entry), ...(await unlinkBoundary(call, entry.record))];
}
