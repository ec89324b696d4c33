import {
  chmodSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Kms } from '../../lib/kms.js';
import type { KmsOpenOptions } from '../../lib/kms_options.js';

const folders = mkdtempSync(join(tmpdir(), 'keystead-kms-'));
afterAll(() => rmSync(folders, { recursive: true }));

let path: string;
let count = 0;
beforeEach(() => {
  count += 1;
  path = join(folders, `${count}`);
});

const Plaintext = Uint8Array.of(1, 2, 3);
const closed = { code: 'ERR_CLOSED' };

describe('a store in a folder', () => {
  test('is made at the first open, for its owner alone, and read at the second', async () => {
    const deep = join(path, 'a', 'b');
    const first = await Kms.open({ path: deep });
    expect(statSync(deep).mode & 0o077).toBe(0);
    for (const file of ['root.key', 'keystead.lmdb', 'keystead.lmdb-lock']) {
      expect(statSync(join(deep, file)).mode & 0o777).toBe(0o600);
    }
    const { KeyMetadata } = await first.client().createKey();
    await first.client().createAlias({ AliasName: 'alias/a', TargetKeyId: KeyMetadata.KeyId });
    const { CiphertextBlob } = await first.client().encrypt({ KeyId: 'alias/a', Plaintext });
    await first.close();
    const second = await Kms.open({ path: deep });
    expect((await second.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
    expect((await second.client().describeKey({ KeyId: 'alias/a' })).KeyMetadata).toEqual(
      KeyMetadata,
    );
    await second.close();
  });

  test('without its root key, or with another’s, stays closed', async () => {
    await (await Kms.open({ path })).close();
    const keyFile = join(path, 'root.key');
    renameSync(keyFile, join(path, 'kept.key'));
    await expect(Kms.open({ path })).rejects.toMatchObject({ code: 'ERR_ROOT_KEY' });
    expect(existsSync(keyFile)).toBe(false);
    writeFileSync(keyFile, Buffer.alloc(32, 7), { mode: 0o600 });
    await expect(Kms.open({ path })).rejects.toMatchObject({ code: 'ERR_ROOT_KEY' });
    await (await Kms.open({ path, rootKey: { keyFile: join(path, 'kept.key') } })).close();
  });

  test('whose root key others can read, or is a link, stays closed', async () => {
    await (await Kms.open({ path })).close();
    const keyFile = join(path, 'root.key');
    chmodSync(keyFile, 0o644);
    await expect(Kms.open({ path })).rejects.toMatchObject({ code: 'ERR_ROOT_KEY' });
    chmodSync(keyFile, 0o600);
    renameSync(keyFile, join(path, 'kept.key'));
    symlinkSync(join(path, 'kept.key'), keyFile);
    await expect(Kms.open({ path })).rejects.toMatchObject({ code: 'ERR_ROOT_KEY' });
  });

  test('can be locked with a passphrase or a key from elsewhere', async () => {
    const rootKey = { passphrase: 'correct horse' };
    await (await Kms.open({ path, rootKey })).close();
    expect(existsSync(join(path, 'root.key'))).toBe(false);
    await expect(Kms.open({ path })).rejects.toMatchObject({ code: 'ERR_ROOT_KEY' });
    await (await Kms.open({ path, rootKey })).close();
    const elsewhere = `${path}-2`;
    const give = async () => new Uint8Array(32).fill(3);
    await (await Kms.open({ path: elsewhere, rootKey: give })).close();
    await (await Kms.open({ path: elsewhere, rootKey: give })).close();
  });

  test('where no folder can be is an error', async () => {
    writeFileSync(path, '');
    await expect(Kms.open({ path })).rejects.toMatchObject({ code: 'ERR_STORE' });
    for (const nowhere of [join(path, 'a'), join(path, 'a', 'b'), '/proc/a', '/proc/a/b']) {
      await expect(Kms.open({ path: nowhere })).rejects.toMatchObject({ code: 'ERR_STORE' });
    }
  });
});

describe('opens of one folder in one process', () => {
  test('share an engine, which the last of them closes', async () => {
    const link = `${path}-link`;
    const [first, second] = await Promise.all([Kms.open({ path }), Kms.open({ path })]);
    symlinkSync(path, link);
    const third = await Kms.open({ path: link });
    const { KeyMetadata } = await first.client().createKey();
    const client = third.client();
    for (const kms of [first, second]) await kms.close();
    await expect(async () => first.client()).rejects.toMatchObject(closed);
    await client.encrypt({ KeyId: KeyMetadata.KeyId, Plaintext });
    await third.close();
    await expect(client.encrypt({ KeyId: KeyMetadata.KeyId, Plaintext })).rejects.toMatchObject(
      closed,
    );
    const fourth = await Kms.open({ path });
    await fourth.client().describeKey({ KeyId: KeyMetadata.KeyId });
    await fourth.close();
  });

  test('each show the root key', async () => {
    const first = await Kms.open({ path });
    const rootKey = () => new Uint8Array(32).fill(9);
    await expect(Kms.open({ path, rootKey })).rejects.toMatchObject({ code: 'ERR_ROOT_KEY' });
    await first.client().createKey();
    await first.close();
  });

  test('take turns: a failed open does not spoil the next', async () => {
    const rootKey = () => Promise.reject(new Error('no network'));
    const opens = [Kms.open({ path, rootKey }), Kms.open({ path })];
    const [failed, opened] = await Promise.allSettled(opens);
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'no network' } });
    expect(opened?.status).toBe('fulfilled');
    await (await opens[1])?.close();
  });

  test('do not share the engine of a folder that was deleted and made anew', async () => {
    const rootKey = { passphrase: 'battleplans' };
    const first = await Kms.open({ path, rootKey });
    const { KeyMetadata } = await first.client().createKey();
    const KeyId = KeyMetadata.KeyId;
    rmSync(path, { recursive: true });
    const second = await Kms.open({ path, rootKey });
    await expect(second.client().describeKey({ KeyId })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    // The old one acknowledges nothing more that nobody would find again, and its end leaves the new
    // one to those who open it.
    const replaced = { code: 'ERR_STORE' };
    await expect(first.client().describeKey({ KeyId })).rejects.toMatchObject(replaced);
    await expect(first.client().createKey()).rejects.toMatchObject(replaced);
    await first.close();
    const made = (await second.client().createKey()).KeyMetadata?.KeyId as string;
    const third = await Kms.open({ path, rootKey });
    await third.client().describeKey({ KeyId: made });
    await second.close();
    await third.close();
    const fourth = await Kms.open({ path, rootKey });
    await fourth.client().describeKey({ KeyId: made });
    await fourth.close();
  });

  test('have one clock', async () => {
    const clock = () => new Date(0);
    const first = await Kms.open({ path, clock });
    const second = await Kms.open({ path, clock });
    const other = Kms.open({ path, clock: () => new Date(1) });
    await expect(other).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    const { KeyMetadata } = await second.client().createKey();
    expect(KeyMetadata.CreationDate).toEqual(new Date(0));
    await first.close();
    await second.close();
  });
});

describe('a store in memory', () => {
  test('is new at each open', async () => {
    const [first, second] = [
      await Kms.open({ store: 'memory' }),
      await Kms.open({ store: 'memory' }),
    ];
    const { KeyMetadata } = await first.client().createKey();
    const work = second.client().describeKey({ KeyId: KeyMetadata.KeyId });
    await expect(work).rejects.toMatchObject({ code: 'NotFoundException' });
    await first.close();
    await second.close();
  });
});

describe('a client', () => {
  test('acts in the account and Region of the Kms, or in its own', async () => {
    const kms = await Kms.open({
      store: 'memory',
      account: '111122223333',
      region: 'eu-central-1',
    });
    const arn = async (options: object) =>
      (await kms.client(options).createKey()).KeyMetadata.Arn.replace(/[^/]*$/, '');
    expect(await arn({})).toBe('arn:aws:kms:eu-central-1:111122223333:key/');
    expect(await arn({ region: 'us-gov-west-1' })).toBe(
      'arn:aws:kms:us-gov-west-1:111122223333:key/',
    );
    expect(await arn({ account: '444455556666' })).toBe(
      'arn:aws:kms:eu-central-1:444455556666:key/',
    );
    await kms.close();
    const plain = await Kms.open({ store: 'memory' });
    expect((await plain.client().createKey()).KeyMetadata.Arn).toMatch('us-east-1:000000000000');
    await plain.close();
  });

  test('of a closed Kms refuses every call, also those under way', async () => {
    const kms = await Kms.open({ path });
    const client = kms.client();
    const { KeyMetadata } = await client.createKey();
    const { KeyId } = KeyMetadata;
    await client.createAlias({ AliasName: 'alias/a', TargetKeyId: KeyId });
    const underWay = [
      client.encrypt({ KeyId: 'alias/a', Plaintext }),
      client.describeKey({ KeyId: 'alias/none' }),
      client.createAlias({ AliasName: 'alias/b', TargetKeyId: KeyId }),
    ];
    const closing = kms.close();
    for (const { status } of await Promise.allSettled(underWay)) expect(status).toBe('rejected');
    expect(kms.close()).toBe(closing);
    await closing;
    const works = [
      client.createKey(),
      client.createAlias({ AliasName: 'alias/b', TargetKeyId: KeyId }),
      client.describeKey({ KeyId }),
      client.encrypt({ KeyId, Plaintext }),
      client.decrypt({ CiphertextBlob: Plaintext }),
      client.generateDataKey({ KeyId, KeySpec: 'AES_256' }),
      client.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: 'AES_256' }),
      client.newDataKey({ keyId: KeyId }),
      client.openDataKey({ encryptedDataKey: Plaintext }),
      client.call('DescribeKey', { KeyId }),
    ];
    for (const work of works) await expect(work).rejects.toMatchObject(closed);
    expect(() => kms.client()).toThrow(expect.objectContaining(closed));
  });

  test('keeps a change that was acknowledged before the close', async () => {
    const kms = await Kms.open({ path });
    const made = kms.client().createKey();
    const [result] = await Promise.allSettled([made, kms.close()]);
    const again = await Kms.open({ path });
    if (result?.status === 'fulfilled') {
      await again.client().describeKey({ KeyId: (await made).KeyMetadata.KeyId });
    }
    await again.close();
  });

  test('goes with its Kms at the end of a block', async () => {
    const kms = await Kms.open({ store: 'memory' });
    await kms[Symbol.asyncDispose]();
    expect(() => kms.client()).toThrow(expect.objectContaining(closed));
  });
});

describe('options', () => {
  const memory = { store: 'memory' };
  test.each([
    [undefined, 'options must be an object'],
    [null, 'options must be an object'],
    [{}, "give either `path` or `store: 'memory'`"],
    [{ path: 'a', store: 'memory' }, "give either `path` or `store: 'memory'`"],
    [{ store: 'lmdb' }, "`store` must be 'memory'"],
    [{ path: '' }, '`path` must be the name of a folder'],
    [{ path: 7 }, '`path` must be the name of a folder'],
    [{ path: 'a\0b' }, '`path` must be the name of a folder'],
    [{ ...memory, rootkey: {} }, "unknown option 'rootkey'"],
    [{ ...memory, account: '1' }, '`account` must be 12 digits'],
    [{ ...memory, account: 111122223333 }, '`account` must be 12 digits'],
    [{ ...memory, region: ['us-east-1'] }, '`region` must be the name of a Region'],
    [{ ...memory, region: 'Frankfurt' }, '`region` must be the name of a Region'],
    [{ ...memory, clock: 0 }, '`clock` must be a function that gives a Date'],
    [{ ...memory, secureMemory: 'maybe' }, "`secureMemory` must be 'prefer' or 'require'"],
  ])('%o are refused', async (options, message) => {
    const work = Kms.open(options as KmsOpenOptions);
    await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT', message });
  });

  test.each([
    'secret',
    null,
    {},
    { keyFile: '' },
    { passphrase: '\uD800' },
    { passphrase: 7 },
    { keyFile: 'a', passphrase: 'b' },
    { bytes: new Uint8Array(32) },
  ])('rootKey: %o is refused', async (rootKey) => {
    const work = Kms.open({ store: 'memory', rootKey: rootKey as never });
    await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });

  test('are read once', async () => {
    const rootKey = { passphrase: 'correct horse' };
    const opening = Kms.open({ path, rootKey });
    rootKey.passphrase = 'battery staple';
    await (await opening).close();
    await expect(Kms.open({ path, rootKey })).rejects.toMatchObject({ code: 'ERR_ROOT_KEY' });
  });

  test('a rootKey function is called, whatever its properties', async () => {
    const give = Object.assign(() => new Uint8Array(32).fill(5), { passphrase: 'a', keyFile: 'b' });
    await (await Kms.open({ path, rootKey: give })).close();
    const rootKey = () => new Uint8Array(32).fill(5);
    await (await Kms.open({ path, rootKey })).close();
  });

  test.each([() => new Date(Number.NaN), () => 0])('clock: %s is refused', async (clock) => {
    const kms = await Kms.open({ store: 'memory', clock: clock as () => Date });
    await expect(kms.client().createKey()).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    await kms.close();
  });

  test('of a client are checked too', async () => {
    const kms = await Kms.open({ store: 'memory' });
    for (const options of [{ acount: '111122223333' }, { account: 7 }, { region: '' }, null]) {
      expect(() => kms.client(options as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
      );
    }
    await kms.close();
  });

  test('secureMemory: require opens where memory can be locked', async () => {
    const kms = await Kms.open({ store: 'memory', secureMemory: 'require' });
    await kms.close();
  });
});
