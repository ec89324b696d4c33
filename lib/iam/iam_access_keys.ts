// CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey: of users, and of an account's
// root when the request names no user and the root asks.

import { IamError } from '../errors.js';
import { accessKeyIdMember, pageMembers, userNameMember } from './iam_members.js';
import type { IamCall } from './iam_operation.js';
import { iamOperation } from './iam_operation.js';
import { cutIamPage } from './iam_pages.js';
import type { Entry } from './iam_store.js';
import { commitPlan, readAccount, replace } from './iam_store.js';
import { targetOfUser } from './iam_users.js';
import type { AccessKeyOwner, AccessKeyRecord } from './records.js';
import { accessKeyPath, encodeIamRecord } from './records.js';
import { present, requireEntity, userNameOf } from './subjects.js';
import type {
  AccessKeyInput,
  AccessKeyMetadata,
  CreateAccessKeyOutput,
  EmptyOutput,
  ListAccessKeysInput,
  ListAccessKeysOutput,
  NewAccessKey,
  OptionalUserNameInput,
  UpdateAccessKeyInput,
} from './types.js';
import { newUniqueId } from './unique_id.js';

/** AWS's quota (IAM and STS quotas). */
const keysPerUserMax = 2;

/** Whoever has access keys: a user, or an account's root. */
interface Owner {
  readonly userName: string | undefined;
  readonly entry: Entry<{ readonly accessKeys: readonly AccessKeyRecord[] }>;
}

export const createAccessKey = iamOperation<OptionalUserNameInput, CreateAccessKeyOutput>({
  service: 'iam',
  name: 'CreateAccessKey',
  shape: { UserName: userNameMember },
  on: targetOfUser,
  async run(request, call) {
    const { ground, nowMs } = call;
    const told = await commitPlan(ground, async () => {
      const accessKeyId = newUniqueId(ground.hsm, 'AKIA');
      const { secretAccessKey, wrappedSecret } = makeSecret(call, accessKeyId);
      const key = { accessKeyId, active: true, createdAtMs: nowMs, wrappedSecret };
      const { changes, output: userName } = await planNewKey(request, key, call);
      const output = { ...toMetadata(key, userName), SecretAccessKey: secretAccessKey };
      return { changes, output: output satisfies NewAccessKey };
    });
    return { AccessKey: told };
  },
});

export const listAccessKeys = iamOperation<ListAccessKeysInput, ListAccessKeysOutput>({
  service: 'iam',
  name: 'ListAccessKeys',
  shape: { UserName: userNameMember, ...pageMembers },
  on: targetOfUser,
  async run(request, call) {
    const { userName, entry } = await findOwner(request, call);
    const all = entry.record.accessKeys.map((key) => toMetadata(key, userName));
    const { items, page } = cutIamPage(all, request, ({ AccessKeyId }) => AccessKeyId);
    return { AccessKeyMetadata: items, ...page };
  },
});

export const updateAccessKey = iamOperation<UpdateAccessKeyInput, EmptyOutput>({
  service: 'iam',
  name: 'UpdateAccessKey',
  shape: {
    UserName: userNameMember,
    AccessKeyId: accessKeyIdMember,
    Status: { kind: 'enum', values: ['Active', 'Inactive'], required: true },
  },
  on: targetOfUser,
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const { entry } = await findOwner(request, call);
      const changed = { ...requireKey(entry, request), active: request.Status === 'Active' };
      const accessKeys = entry.record.accessKeys.map((key) =>
        key.accessKeyId === request.AccessKeyId ? changed : key,
      );
      return { changes: [replace(entry, { ...entry.record, accessKeys })], output: {} };
    }),
});

export const deleteAccessKey = iamOperation<AccessKeyInput, EmptyOutput>({
  service: 'iam',
  name: 'DeleteAccessKey',
  shape: { UserName: userNameMember, AccessKeyId: accessKeyIdMember },
  on: targetOfUser,
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const { entry } = await findOwner(request, call);
      const gone = requireKey(entry, request);
      const accessKeys = entry.record.accessKeys.filter((key) => key !== gone);
      const path = accessKeyPath(gone.accessKeyId);
      const before = await call.ground.store.get(path);
      return {
        changes: [
          replace(entry, { ...entry.record, accessKeys }),
          { path, before, after: undefined },
        ],
        output: {},
      };
    }),
});

/** The one place where the secret of an access key becomes a JavaScript value, to be handed out. */
export function makeSecret(
  { ground }: IamCall,
  accessKeyId: string,
): { readonly secretAccessKey: string; readonly wrappedSecret: string } {
  const { hsm, rootKey } = ground;
  const made = hsm.accessKeyCreate(rootKey.handle, accessKeyId);
  try {
    return {
      secretAccessKey: Buffer.from(made.secretAccessKey.buffer as ArrayBuffer).toString('latin1'),
      wrappedSecret: Buffer.from(made.wrappedSecret).toString('base64'),
    };
  } finally {
    made.secretAccessKey.fill(0);
  }
}

async function planNewKey(request: OptionalUserNameInput, key: AccessKeyRecord, call: IamCall) {
  const { userName, entry } = await findOwner(request, call);
  const { accessKeys } = entry.record;
  if (accessKeys.length >= keysPerUserMax)
    throw new IamError(
      'LimitExceeded',
      `Cannot exceed quota for AccessKeysPerUser: ${keysPerUserMax}`,
    );
  const after = encodeIamRecord<AccessKeyOwner>({ account: call.account, userName });
  return {
    changes: [
      replace(entry, { ...entry.record, accessKeys: [...accessKeys, key] }),
      { path: accessKeyPath(key.accessKeyId), before: undefined, after },
    ],
    output: userName,
  };
}

async function findOwner(request: OptionalUserNameInput, call: IamCall): Promise<Owner> {
  const userName = userNameOf(request, call);
  const entry =
    userName === undefined
      ? await readAccount(call.ground, call.account)
      : await requireEntity(call, 'user', userName);
  return { userName, entry };
}

/** @throws IamError NoSuchEntity */
function requireKey({ record }: Owner['entry'], { AccessKeyId }: AccessKeyInput): AccessKeyRecord {
  const found = record.accessKeys.find(({ accessKeyId }) => accessKeyId === AccessKeyId);
  if (found !== undefined) return found;
  throw new IamError('NoSuchEntity', `The Access Key with id ${AccessKeyId} cannot be found.`);
}

function toMetadata(
  { accessKeyId, active, createdAtMs }: AccessKeyRecord,
  userName: string | undefined,
): AccessKeyMetadata {
  return present<AccessKeyMetadata>({
    UserName: userName,
    AccessKeyId: accessKeyId,
    Status: active ? 'Active' : 'Inactive',
    CreateDate: new Date(createdAtMs),
  });
}
