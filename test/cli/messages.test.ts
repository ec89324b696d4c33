// `keystead encrypt`, `decrypt` and `inspect`: files and pipes, many at once, and what goes wrong.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keystead, runBinary } from './keystead.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-messages-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const plans = Buffer.from('find all the doggos, distract them with the yumz\n');
const large = Buffer.alloc(200_000, 'yumz');

beforeAll(() => {
  keystead(folder, 'init');
  for (const name of ['catrobot', 'doggo']) {
    const made = keystead(
      folder,
      ...['kms', 'create-key', '--output', 'text', '--query', 'KeyMetadata.KeyId'],
    );
    const target = ['--alias-name', `alias/${name}`, '--target-key-id', made.stdout.trim()];
    expect(keystead(folder, 'kms', 'create-alias', ...target).status).toBe(0);
  }
});
beforeEach(() => {
  for (const name of readdirSync(folder))
    if (name !== 'store') rmSync(at(name), { recursive: true });
  writeFileSync(at('plans'), plans, { mode: 0o640 });
  writeFileSync(at('large'), large);
});

const quiet = { status: 0, stdout: '', stderr: '' };

describe('files', () => {
  test('go there and back, several at once, with their modes', () => {
    const encrypt = ['encrypt', 'plans', 'large', '--key', 'alias/catrobot'];
    expect(keystead(folder, ...encrypt, '--context', 'a=b', 'c=d')).toEqual(quiet);
    expect(readFileSync(at('plans.enc')).includes(plans)).toBe(false);
    expect(statSync(at('plans.enc')).mode & 0o777).toBe(0o640);
    for (const name of ['plans', 'large']) rmSync(at(name));
    expect(keystead(folder, 'decrypt', 'plans.enc', 'large.enc', '--context', 'a=b')).toEqual(
      quiet,
    );
    expect(readFileSync(at('plans'))).toEqual(plans);
    expect(readFileSync(at('large'))).toEqual(large);
  });

  test('are told of by inspect', () => {
    keystead(folder, 'encrypt', 'plans', '-k', 'alias/catrobot', 'alias/doggo', '-c', 'a=b');
    const { status, stdout } = keystead(folder, 'inspect', 'plans.enc');
    expect(status).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      Suite: '0x0478',
      Signed: false,
      EncryptionContext: { a: 'b' },
      FrameLength: 65_536,
      Frames: 1,
      PlaintextSize: plans.length,
    });
    expect(told.EncryptedDataKeys).toHaveLength(2);
    expect(told.EncryptedDataKeys[0].KeyId).toMatch(/^arn:aws:kms:/);
  });

  test('that are there are replaced only when asked', () => {
    keystead(folder, 'encrypt', 'plans', '--key', 'alias/catrobot');
    const again = keystead(folder, 'encrypt', 'plans', '--key', 'alias/catrobot');
    expect(again).toMatchObject({ status: 255, stdout: '' });
    expect(again.stderr).toContain('keystead: plans: ERR_FILE_EXISTS');
    expect(keystead(folder, 'encrypt', 'plans', '--key', 'alias/catrobot', '--force')).toEqual(
      quiet,
    );
  });

  test('that fail do not keep the others from being done', () => {
    const encrypt = ['encrypt', 'none', 'plans', '--key', 'alias/catrobot'];
    const ran = keystead(folder, ...encrypt);
    expect(ran.status).toBe(255);
    expect(ran.stderr).toContain('keystead: none: ERR_FILE');
    expect(readdirSync(folder)).toContain('plans.enc');
  });

  test('changed, cut off, or under a key or context that may not: nothing is left of them', () => {
    keystead(folder, 'encrypt', 'large', '--key', 'alias/catrobot', '--context', 'a=b');
    rmSync(at('large'));
    const message = readFileSync(at('large.enc'));
    const refused = (...args: string[]) => {
      const ran = keystead(folder, 'decrypt', 'large.enc', ...args);
      expect(ran.status).toBe(255);
      expect(readdirSync(folder).sort()).toEqual(['large.enc', 'plans', 'store']);
      return ran.stderr;
    };
    expect(refused('--context', 'a=c')).toContain('ERR_ENCRYPTION_CONTEXT');
    expect(refused('--key', 'alias/doggo')).toContain('ERR_DECRYPTION_FAILED');
    const changed = Buffer.from(message);
    changed[message.length - 40] = (changed[message.length - 40] as number) ^ 1;
    writeFileSync(at('large.enc'), changed);
    expect(refused()).toContain('ERR_DECRYPTION_FAILED');
    writeFileSync(at('large.enc'), message.subarray(0, -1));
    expect(refused()).toContain('ERR_INVALID_MESSAGE');
  });
});

describe('pipes', () => {
  test('carry plaintext and messages', () => {
    const encrypted = runBinary(folder, ['encrypt', '-', '--key', 'alias/catrobot'], large);
    expect(encrypted.status).toBe(0);
    const decrypted = runBinary(folder, ['decrypt', '-'], encrypted.stdout);
    expect(decrypted.stdout.equals(large)).toBe(true);
    expect(runBinary(folder, ['decrypt', '-', '-o', 'out'], encrypted.stdout).status).toBe(0);
    expect(readFileSync(at('out'))).toEqual(large);
    expect(runBinary(folder, ['decrypt', '-', '-o', 'out'], encrypted.stdout).stderr).toContain(
      'ERR_FILE_EXISTS',
    );
  });

  test('that break leave no file', () => {
    const { stdout } = runBinary(folder, ['encrypt', '-', '--key', 'alias/catrobot'], large);
    const cut = runBinary(folder, ['decrypt', '-', '-o', 'out'], stdout.subarray(0, 100_000));
    expect(cut.status).toBe(255);
    expect(readdirSync(folder).sort()).toEqual(['large', 'plans', 'store']);
  });

  test('release signed messages only when told to', () => {
    const sign = ['encrypt', '-', '--key', 'alias/catrobot', '--sign'];
    const { stdout } = runBinary(folder, sign, plans);
    const refused = runBinary(folder, ['decrypt', '-'], stdout);
    expect(refused.stdout).toHaveLength(0);
    expect(refused.stderr).toContain('ERR_SIGNED_MESSAGE');
    const allowed = runBinary(folder, ['decrypt', '-', '--allow-unverified-release'], stdout);
    expect(allowed.stdout.equals(plans)).toBe(true);
  });
});

test.each([
  [['encrypt', 'plans'], 'required option'],
  [['encrypt', '-', 'plans', '-k', 'x'], 'standard input goes alone'],
  [['encrypt', 'large', 'plans', '-k', 'x', '-o', 'y'], 'several'],
  [['encrypt', 'plans', '-k', 'x', '--threads', '0'], '--threads'],
  [['encrypt', 'plans', '-k', 'x', '--frame-length', 'z'], '--frame-length'],
  [['encrypt', 'plans', '-k', 'x', '--context', 'z'], 'shorthand'],
])('%j', (args, said) => {
  const ran = keystead(folder, ...args);
  expect(ran.status).toBe(252);
  expect(ran.stderr).toContain(said);
});

test('a message whose name does not end in .enc needs a name for its result', () => {
  const ran = keystead(folder, 'decrypt', 'plans');
  expect(ran).toMatchObject({ status: 252 });
  expect(ran.stderr).toContain('--out');
});
