import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'keystead-demo-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const temporary = join(folder, 'tmp');
mkdirSync(temporary);

function runDemo(...args: string[]) {
  const script = fileURLToPath(new URL('../../examples/notes_demo.mjs', import.meta.url));
  const env = { ...process.env, TMPDIR: temporary };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env,
    encoding: 'utf8',
  });
  expect(readdirSync(temporary)).toEqual([]);
  return { status, stdout, stderr };
}

test('the demo plays the notes from end to end', () => {
  const { status, stdout, stderr } = runDemo();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const inOrder = [
    'find all the doggos, distract them with the yumz',
    'alias/catrobot',
    'encrypted data key',
    'as its metadata',
    'discarded',
    'A new process',
    'find all the doggos, distract them with the yumz',
    'byte for byte',
    'InvalidCiphertextException',
    'One flipped bit is refused',
    'alice, an IAM user',
    'explain             Deny: no key policy allows',
    "identity policy 'decrypt' allows it",
    'alice is let in',
    'explain             Allow',
    'All of it held',
  ];
  let at = 0;
  for (const text of inOrder) {
    expect(stdout.slice(at)).toContain(text);
    at = stdout.indexOf(text, at) + text.length;
  }
});

test('the demo takes a file, and only reads it', () => {
  const file = join(folder, 'a file.bin');
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i * 7));
  writeFileSync(file, bytes);
  const before = statSync(file);
  expect(runDemo(file)).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(file)).toEqual(bytes);
  expect(statSync(file)).toMatchObject({ mtimeMs: before.mtimeMs, mode: before.mode });
  writeFileSync(file, '');
  expect(runDemo(file)).toMatchObject({ status: 0, stderr: '' });
});

test('the demo says in a sentence what it cannot do', () => {
  const large = join(folder, 'large');
  writeFileSync(large, '');
  truncateSync(large, 1024 ** 3 + 1);
  for (const [file, reason] of [
    [join(folder, 'none'), 'cannot be read'],
    [folder, 'is not a regular file'],
    [large, 'takes files of up to 1 GiB'],
  ] as const) {
    const { status, stderr } = runDemo(file);
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('    at ');
  }
});
