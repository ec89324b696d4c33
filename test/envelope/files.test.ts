// Messages in files: what is made, what is left when it fails, progress and abort.

import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
import { inspectMessageFile } from '../../lib/envelope/inspect_message.js';
import { countingKms } from './support/counting_kms.js';
import { patternBytes } from './support/test_bytes.js';
import { openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const envelope = new Envelope({ kms: client, keyId, frameLength: 4096 });
const encryptionContext = { tenant: 'alice' };
const plaintext = patternBytes(100_000);
const quick = { sync: false };

const folders = mkdtempSync(join(tmpdir(), 'keystead-files-'));
afterAll(() => rmSync(folders, { recursive: true }));
let folder: string;
let source: string;
let sealed: string;
let target: string;
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(folders, `${count}`);
  mkdirSync(folder);
  [source, sealed, target] = ['source', 'sealed', 'target'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(source, plaintext);
});

const names = () => readdirSync(folder).sort();

describe('a file', () => {
  test('becomes a message and comes back, with its permission bits', async () => {
    for (const mode of [0o600, 0o644, 0o640]) {
      chmodSync(source, mode);
      await envelope.encryptFile(source, sealed, { encryptionContext, overwrite: true });
      expect(statSync(sealed).mode & 0o777).toBe(mode);
      const info = await envelope.decryptFile(sealed, target, {
        encryptionContext,
        overwrite: true,
        threads: 2,
      });
      expect(info).toEqual({ encryptionContext, keyId, suite: 0x0478 });
      expect(readFileSync(target).equals(plaintext)).toBe(true);
      expect(statSync(target).mode & 0o777).toBe(mode);
    }
    expect(names()).toEqual(['sealed', 'source', 'target']);
  });

  test.each([0, 1, 4095, 4096, 4097, 8192, 50_000])(
    'of %i bytes is read in memory, too',
    async (size) => {
      truncateSync(source, size);
      await envelope.encryptFile(source, sealed, { ...quick, threads: 2 });
      const message = readFileSync(sealed);
      const read = await envelope.decrypt(message);
      expect(Buffer.compare(read.plaintext, plaintext.subarray(0, size))).toBe(0);
      writeFileSync(sealed, await envelope.encrypt(plaintext.subarray(0, size)));
      await envelope.decryptFile(sealed, target, quick);
      expect(readFileSync(target).equals(plaintext.subarray(0, size))).toBe(true);
    },
  );

  test('is signed, when the Envelope signs', async () => {
    const signing = new Envelope({ kms: client, keyId, suite: 0x0578 });
    await signing.encryptFile(source, sealed, quick);
    expect(await signing.decryptFile(sealed, target, quick)).toMatchObject({ suite: 0x0578 });
    expect(readFileSync(target).equals(plaintext)).toBe(true);
    const counting = countingKms(client);
    const range = new Envelope({ kms: counting.kms, keyId }).decryptRange(sealed, 0, 1);
    await expect(range).rejects.toMatchObject({ code: 'ERR_SIGNED_MESSAGE' });
    expect(counting.requests).toEqual([]);
  });
});

describe('a target', () => {
  test('that exists is not touched, unless overwriting was asked for', async () => {
    writeFileSync(sealed, 'precious');
    const work = envelope.encryptFile(source, sealed, quick);
    await expect(work).rejects.toMatchObject({ code: 'ERR_FILE_EXISTS' });
    expect(readFileSync(sealed, 'utf8')).toBe('precious');
    await envelope.encryptFile(source, sealed, { ...quick, overwrite: true });
    writeFileSync(target, 'precious');
    const back = envelope.decryptFile(sealed, target, quick);
    await expect(back).rejects.toMatchObject({ code: 'ERR_FILE_EXISTS' });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    await envelope.decryptFile(sealed, target, { ...quick, overwrite: true });
    expect(readFileSync(target).equals(plaintext)).toBe(true);
    expect(names()).toEqual(['sealed', 'source', 'target']);
  });

  test('that would be overwritten stays when the message does not verify', async () => {
    await envelope.encryptFile(source, sealed, quick);
    truncateSync(sealed, statSync(sealed).size - 1);
    writeFileSync(target, 'precious');
    const work = envelope.decryptFile(sealed, target, { ...quick, overwrite: true });
    await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_MESSAGE' });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(names()).toEqual(['sealed', 'source', 'target']);
  });

  test('is not the source, by whatever name', async () => {
    linkSync(source, join(folder, 'other'));
    symlinkSync(source, join(folder, 'symbolic'));
    for (const same of [source, join(folder, '.', 'source'), join(folder, 'other')]) {
      const work = envelope.encryptFile(source, same, { ...quick, overwrite: true });
      await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    }
    const work = envelope.encryptFile(source, join(folder, 'symbolic'), quick);
    await expect(work).rejects.toThrow();
    expect(readFileSync(source).equals(plaintext)).toBe(true);
  });

  test.each(['nowhere/target', 'source/target'])('%s cannot be made', async (name) => {
    const work = envelope.encryptFile(source, join(folder, name), quick);
    await expect(work).rejects.toMatchObject({ code: 'ERR_FILE' });
    expect(names()).toEqual(['source']);
  });
});

describe('a source', () => {
  test('that is not there, or no file, is an error', async () => {
    for (const bad of [join(folder, 'nowhere'), folder]) {
      await expectAllRejected(
        [
          envelope.encryptFile(bad, target, quick),
          envelope.decryptFile(bad, target, quick),
          envelope.decryptRange(bad, 0, 1),
        ],
        { code: 'ERR_FILE' },
      );
    }
    expect(existsSync(target)).toBe(false);
  });

  test('that is no message is an error, and the KMS is not asked', async () => {
    const counting = countingKms(client);
    const over = new Envelope({ kms: counting.kms, keyId });
    for (const bytes of [plaintext, Buffer.alloc(0), Buffer.from('AgR4')]) {
      writeFileSync(source, bytes);
      const work = over.decryptFile(source, target, quick);
      await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_MESSAGE' });
    }
    expect(counting.requests).toEqual([]);
  });

  test('of another context is an error', async () => {
    await envelope.encryptFile(source, sealed, { ...quick, encryptionContext });
    const options = { ...quick, encryptionContext: { tenant: 'bob' } };
    await expectAllRejected(
      [
        envelope.decryptFile(sealed, target, options),
        envelope.decryptRange(sealed, 0, 1, { encryptionContext: { tenant: 'bob' } }),
      ],
      { code: 'ERR_ENCRYPTION_CONTEXT' },
    );
    expect(existsSync(target)).toBe(false);
  });
});

test('no descriptor stays open, whether it went well or not', async () => {
  await envelope.encryptFile(source, sealed, { ...quick, encryptionContext });
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  const wrong = { encryptionContext: { tenant: 'bob' } };
  for (let i = 0; i < 10; i++) {
    await envelope.decryptRange(sealed, 0, 1);
    await envelope.decryptFile(sealed, target, { ...quick, overwrite: true });
    await expect(envelope.decryptRange(sealed, 0, 1, wrong)).rejects.toThrow();
    await inspectMessageFile(sealed);
  }
  expect(openFiles()).toBe(before);
});

describe('a range', () => {
  test.each([
    [0, 0],
    [0, 1],
    [4095, 4097],
    [4096, 8192],
    [99_999, 100_000],
    [99_999, 200_000],
    [100_000, 100_001],
    [500_000, 500_001],
    [0, Number.MAX_SAFE_INTEGER],
  ])('from %i to %i is that slice', async (start, end) => {
    await envelope.encryptFile(source, sealed, { ...quick, encryptionContext });
    const { plaintext: read, ...info } = await envelope.decryptRange(sealed, start, end, {
      encryptionContext,
      threads: 2,
    });
    expect(Buffer.compare(read, plaintext.subarray(start, end))).toBe(0);
    expect(info).toEqual({ encryptionContext, keyId, suite: 0x0478 });
  });

  test('of a message that was cut is refused, wherever it is', async () => {
    await envelope.encryptFile(source, sealed, quick);
    const size = statSync(sealed).size;
    truncateSync(sealed, size - 4096 - 32);
    const work = envelope.decryptRange(sealed, 0, 1);
    await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_MESSAGE' });
  });
});

describe('progress and abort', () => {
  const size = 64 * 1024 * 1024;

  test('progress reaches the end', async () => {
    truncateSync(source, size);
    const seen: [number, number][] = [];
    const onProgress = ({ bytesDone, bytesTotal }: { bytesDone: number; bytesTotal: number }) => {
      seen.push([bytesDone, bytesTotal]);
    };
    await envelope.encryptFile(source, sealed, { ...quick, onProgress });
    expect(seen.at(-1)).toEqual([size, size]);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).sort((a, b) => a - b));
    seen.length = 0;
    await envelope.decryptFile(sealed, target, { ...quick, onProgress });
    const [done, total] = seen.at(-1) as [number, number];
    expect(done).toBe(total);
  });

  test('a small message in memory has progress, too', async () => {
    const seen: number[] = [];
    const onProgress = ({ bytesDone }: { bytesDone: number }) => seen.push(bytesDone);
    const message = await envelope.encrypt(plaintext, { onProgress });
    await envelope.decrypt(message, { onProgress });
    expect(seen).toEqual([plaintext.length, message.length]);
  });

  test('an abort leaves nothing behind', async () => {
    truncateSync(source, 4 * size);
    for (const afterMs of [0, 5, 20]) {
      const signal = AbortSignal.timeout(afterMs);
      const work = envelope.encryptFile(source, sealed, { ...quick, signal });
      const error = await work.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'ERR_ABORTED', cause: signal.reason });
      expect(names()).toEqual(['source']);
    }
  });

  test('what was aborted before it began does not begin', async () => {
    const signal = AbortSignal.abort();
    const counting = countingKms(client);
    const over = new Envelope({ kms: counting.kms, keyId });
    await expectAllRejected(
      [
        over.encrypt(plaintext, { signal }),
        over.decrypt(plaintext, { signal }),
        over.encryptFile(source, target, { signal }),
        over.decryptFile(source, target, { signal }),
        over.decryptRange(source, 0, 1, { signal }),
      ],
      { code: 'ERR_ABORTED' },
    );
    expect(counting.requests).toEqual([]);
  });

  test('an abort stops work on a large message in memory', async () => {
    const large = Buffer.alloc(size);
    const controller = new AbortController();
    const encrypting = envelope.encrypt(large, { signal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    await expect(encrypting).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  test('what onProgress throws ends the work', async () => {
    const onProgress = () => {
      throw new Error('listener');
    };
    await expectAllRejected(
      [
        envelope.encryptFile(source, sealed, { ...quick, onProgress }),
        envelope.encrypt(plaintext, { onProgress }),
        envelope.encrypt(Buffer.alloc(2 * 1024 * 1024), { onProgress }),
      ],
      { message: 'listener' },
    );
  });
});

async function expectAllRejected(works: readonly Promise<unknown>[], error: object): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: error });
  }
}
