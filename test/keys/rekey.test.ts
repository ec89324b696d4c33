import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { KeyMaterialRecord } from '../../lib/keys/key_record.js';
import { decodeKeyRecord, encodeKeyRecord } from '../../lib/keys/key_record.js';
import type { RootKeySource } from '../../lib/keys/root_key.js';
import { Kms } from '../../lib/kms.js';
import { MemoryStore } from '../../lib/store/memory.js';
import {
  account,
  codeOf,
  engineOn,
  keyPolicy,
  rootKeyA,
  rootKeyB,
  type TestEngine,
} from './support/engines.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-rekey-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Plaintext = Uint8Array.of(1, 2, 3);
const grantee = `arn:aws:iam::${account}:role/grantee`;

let ground: MemoryStore;
let engine: TestEngine;
beforeEach(async () => {
  ground = new MemoryStore();
  engine = await engineOn(ground);
});

async function createKey(): Promise<string> {
  return (await engine.client().createKey({ Policy: keyPolicy() })).KeyMetadata.KeyId;
}

/** Every key of the store encrypts and decrypts, all of its materials included. */
async function expectWhole(source: RootKeySource, keys: number): Promise<void> {
  const fresh = await engineOn(ground, { source });
  const client = fresh.client();
  const { Keys } = await client.listKeys();
  expect(Keys).toHaveLength(keys);
  for (const { KeyId = '' } of Keys) {
    const key = await fresh.registry.resolve(fresh.registry.names(account, 'eu-central-1'), KeyId);
    for (const material of key.materials) fresh.registry.handle(key, material);
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext });
    expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
  }
}

describe('every form of root key takes the place of every other', () => {
  let files = 0;
  const forms: Record<string, () => RootKeySource> = {
    'a key file': () => {
      files += 1;
      return { keyFile: join(folder, `${files}.key`) };
    },
    'a passphrase': () => {
      files += 1;
      return { passphrase: `correct horse ${files}` };
    },
    'a function': () => {
      files += 1;
      const byte = files;
      return () => new Uint8Array(32).fill(byte);
    },
  };
  const names = Object.keys(forms);
  const pairs = names.flatMap((from) => names.map((to) => [from, to] as const));

  test.each(pairs)('from %s to %s', async (from, to) => {
    const [before, after] = [from, to].map((name) => (forms[name] as () => RootKeySource)()) as [
      RootKeySource,
      RootKeySource,
    ];
    ground = new MemoryStore();
    engine = await engineOn(ground, { source: before });
    const KeyId = await createKey();
    const { CiphertextBlob } = await engine.client().encrypt({ KeyId, Plaintext });
    await engine.rekey(after);
    expect((await engine.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
    await expectWhole(after, 1);
    expect(await codeOf(engineOn(ground, { source: before }))).toBe('ERR_ROOT_KEY');
  });
});

test('seals every record anew, and leaves none under the old key', async () => {
  const KeyId = await createKey();
  const client = engine.client();
  await client.createAlias({ AliasName: 'alias/a', TargetKeyId: KeyId });
  const RetiringPrincipal = grantee;
  const grant = { KeyId, GranteePrincipal: grantee, RetiringPrincipal };
  await client.createGrant({ ...grant, Operations: ['Encrypt'] });
  await client.scheduleKeyDeletion({ KeyId });
  const before = await ground.range({ prefix: '' });
  await engine.rekey(rootKeyB);
  const after = await ground.range({ prefix: '' });
  expect(after.map(({ path }) => path)).toEqual(before.map(({ path }) => path));
  for (const [i, { path, value }] of after.entries()) {
    if (path !== 'bootstrap') expect(value, path).not.toEqual(before[i]?.value);
  }
  const { store } = await engineOn(ground, { source: rootKeyB });
  await store.range({ prefix: 'a' });
  for (const { path } of after) if (path !== 'bootstrap') await store.get(path);
});

test('a grant token from before is refused, its grant is in force', async () => {
  const KeyId = await createKey();
  const { GrantToken } = await engine
    .client()
    .createGrant({ KeyId, GranteePrincipal: grantee, Operations: ['Encrypt'] });
  const asGrantee = engine.client({ principal: grantee });
  const GrantTokens = [GrantToken as string];
  await asGrantee.encrypt({ KeyId, Plaintext, GrantTokens });
  await engine.rekey(rootKeyB);
  expect(await codeOf(asGrantee.encrypt({ KeyId, Plaintext, GrantTokens }))).toBe(
    'InvalidGrantTokenException',
  );
  await asGrantee.encrypt({ KeyId, Plaintext });
});

describe('in the middle of it', () => {
  /** Under the new root key already, while this process waits for its answer. */
  async function inTheMiddle(work: () => Promise<Promise<unknown>[]>): Promise<void> {
    let answer = () => {};
    let written = () => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const rewrite = ground.rewrite.bind(ground);
    ground.rewrite = async (...values) => {
      const result = await rewrite(...values);
      written();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return result;
    };
    const rekeyed = engine.rekey(rootKeyB);
    await isWritten;
    const works = await work();
    answer();
    await rekeyed;
    await Promise.all(works);
  }

  test('keys are used, opened for the first time too', async () => {
    const [opened, unopened] = [await createKey(), await createKey()];
    await engine.client().encrypt({ KeyId: opened, Plaintext });
    await inTheMiddle(async () => {
      for (const KeyId of [opened, unopened]) await engine.client().encrypt({ KeyId, Plaintext });
      return [];
    });
    for (const KeyId of [opened, unopened]) await engine.client().encrypt({ KeyId, Plaintext });
    await expectWhole(rootKeyB, 2);
  });

  test('no material is lost that is made meanwhile', async () => {
    const KeyId = await createKey();
    await engine.client().rotateKeyOnDemand({ KeyId });
    await inTheMiddle(async () => {
      const works = [createKey(), createKey(), engine.runDue()];
      await new Promise(setImmediate);
      return works;
    });
    await expectWhole(rootKeyB, 3);
    const { Rotations } = await engine.client().listKeyRotations({ KeyId });
    expect(Rotations).toHaveLength(1);
  });

  test('no material is lost that was made before and not stored yet', async () => {
    const KeyId = await createKey();
    const works = [1, 2, 3, 4].map(() => createKey());
    const rekeyed = engine.rekey(rootKeyB);
    works.push(...[1, 2, 3, 4].map(() => createKey()));
    const changes = [1, 2, 3].map((n) =>
      engine.client().updateKeyDescription({ KeyId, Description: `${n}` }),
    );
    await Promise.all([...works, rekeyed, ...changes]);
    await expectWhole(rootKeyB, 9);
  });
});

test('no secret of an access key is lost that is made meanwhile', async () => {
  const kms = await Kms.open({ store: 'memory', rootKey: rootKeyA });
  const names = ['alice', 'bob', 'carol', 'dave'];
  for (const UserName of names) await kms.iam.createUser({ UserName });
  const made = names.slice(0, 2).map((UserName) => kms.iam.createAccessKey({ UserName }));
  const rekeyed = kms.rekey(rootKeyB);
  made.push(...names.slice(2).map((UserName) => kms.iam.createAccessKey({ UserName })));
  await Promise.all([...made, rekeyed]);
  // It unwraps every secret under the key that the store is said to be under.
  await kms.rekey(rootKeyA);
  await kms.close();
});

test('two at once come one after the other', async () => {
  await createKey();
  await Promise.all([engine.rekey(rootKeyB), engine.rekey(() => new Uint8Array(32).fill(0xc))]);
  await expectWhole(() => new Uint8Array(32).fill(0xc), 1);
  await createKey();
  await expectWhole(() => new Uint8Array(32).fill(0xc), 2);
});

test('a process that has the old key can neither read nor write, nor change the key', async () => {
  const KeyId = await createKey();
  const stale = await engineOn(ground);
  const client = stale.client();
  await client.encrypt({ KeyId, Plaintext });
  await engine.rekey(rootKeyB);
  const before = await ground.range({ prefix: '' });
  const works = [
    client.encrypt({ KeyId, Plaintext }),
    client.describeKey({ KeyId }),
    client.createKey({ Policy: keyPolicy() }),
    client.disableKey({ KeyId }),
    client.listKeys(),
    stale.usage.flush(),
    stale.rekey(rootKeyA),
    stale.rekey(rootKeyB),
  ];
  for (const work of works) expect(await codeOf(work)).toBe('ERR_ROOT_KEY');
  expect(await ground.range({ prefix: '' })).toEqual(before);
  await expectWhole(rootKeyB, 1);
});

describe('what fails leaves the store under the old key, and usable', () => {
  async function expectUnchanged(source: RootKeySource, code: string): Promise<void> {
    const before = await ground.range({ prefix: '' });
    expect(await codeOf(engine.rekey(source))).toBe(code);
    expect(await ground.range({ prefix: '' })).toEqual(before);
    expect(engine.rootKey.other).toBeUndefined();
  }

  test('a root key that does not come', async () => {
    const KeyId = await createKey();
    await expectUnchanged(() => new Uint8Array(31), 'ERR_ROOT_KEY');
    await expectUnchanged({ keyFile: join(folder, 'no', 'such', 'folder.key') }, 'ERR_ROOT_KEY');
    await engine.client().encrypt({ KeyId, Plaintext });
    await createKey();
    await expectWhole(rootKeyA, 2);
  });

  test('a record that was changed', async () => {
    const KeyId = await createKey();
    await createKey();
    const [path = ''] = (await ground.range({ prefix: 'key/' }))
      .map((entry) => entry.path)
      .filter((name) => !name.endsWith(KeyId));
    const before = await ground.get(path);
    await ground.commit([{ path, before, after: new Uint8Array(60) }]);
    await expectUnchanged(rootKeyB, 'ERR_STORE_CORRUPT');
    await engine.client().encrypt({ KeyId, Plaintext });
  });

  test('key material that is not under the root key', async () => {
    await createKey();
    const [before] = await engine.store.range({ prefix: 'key/' });
    const record = decodeKeyRecord(before?.value as Uint8Array);
    const [material] = record.keyMaterials as [KeyMaterialRecord];
    const wrapped = Buffer.alloc(72).toString('base64');
    const after = encodeKeyRecord({ ...record, keyMaterials: [{ ...material, wrapped }] });
    await engine.store.commit([{ path: before?.path as string, before, after }]);
    await expectUnchanged(rootKeyB, 'ERR_STORE_CORRUPT');
  });

  test.each([
    ['bootstrap', 'ERR_STORE_CORRUPT'],
    ['check', 'ERR_ROOT_KEY'],
  ])('a store whose %s record is gone', async (path, code) => {
    await createKey();
    await ground.commit([{ path, before: await ground.get(path), after: undefined }]);
    await expectUnchanged(rootKeyB, code);
  });

  test('a bootstrap record that was changed', async () => {
    const before = await ground.get('bootstrap');
    await ground.commit([{ path: 'bootstrap', before, after: new Uint8Array(60) }]);
    // As the process read it before it was changed.
    const get = ground.get.bind(ground);
    ground.get = async (path) => (path === 'bootstrap' ? before : get(path));
    await expectUnchanged(rootKeyB, 'ERR_STORE_CORRUPT');
  });
});
