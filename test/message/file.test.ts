// Files: what stands under which name when, with which mode, and what is left when it goes wrong.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
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
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DataKey,
  decryptMessage,
  type FileJobOptions,
  MessageFile,
  MessageWriter,
  SigningKey,
} from '../../lib/hsm/index.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { referenceSuite } from '../reference/message_suite.js';
import { soakCount } from '../soak/support/scale.js';
import { codeOf } from './support/forms.js';
import { importKey, makeSample, sampleBytes } from './support/samples.js';

const dataKey = DataKey.import(sampleBytes(32));

function writerFor(frameLengthBytes: number, signed = false): MessageWriter {
  const signingKey = signed ? SigningKey.generate() : undefined;
  const pairs: [string, string][] = signingKey
    ? [['aws-crypto-public-key', signingKey.publicKey]]
    : [];
  return new MessageWriter({
    dataKey,
    encryptedDataKeys: [
      { providerId: 'test', providerInfo: sampleBytes(1), ciphertext: sampleBytes(1) },
    ],
    frameLengthBytes,
    signingKey,
    encryptionContext: serializeEncryptionContext(pairs),
  });
}
const writer = writerFor(1000);

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keystead-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function decryptTo(source: string, target: string, options?: FileJobOptions): Promise<void> {
  using file = await MessageFile.open(source);
  await file.decryptTo(dataKey, target, options).done;
}

const noSync = { sync: false };

describe('there and back', () => {
  const sizes = [0, 1, 999, 1000, 1001, 2000, 524_288, 524_289, 3_000_000, 6_500_000];
  describe.each([1, 3])('on %i threads', (threads) => {
    it.each(sizes)('%i bytes', async (size) => {
      const text = sampleBytes(size);
      writeFileSync(at('a'), text);
      for (const [i, each] of [writer, writerFor(1000, true), writerFor(65_536)].entries()) {
        const options = { ...noSync, threads };
        const encrypting = each.encryptFile(at('a'), at(`a.${i}`), options);
        await encrypting.done;
        expect(encrypting.progress).toEqual({ bytesDone: size, bytesTotal: size });
        expect(Buffer.compare(decryptMessage(dataKey, readFileSync(at(`a.${i}`))), text)).toBe(0);
        await decryptTo(at(`a.${i}`), at(`b.${i}`), options);
        expect(Buffer.compare(readFileSync(at(`b.${i}`)), text)).toBe(0);
      }
    });
  });

  it('synced too', async () => {
    writeFileSync(at('a'), 'text');
    await writer.encryptFile(at('a'), at('b')).done;
    await decryptTo(at('b'), at('c'));
    expect(readFileSync(at('c'), 'utf8')).toBe('text');
  });

  it('old messages of one block, longer than a stream would take', async () => {
    for (const id of [0x0014, 0x0146, 0x0378, 0x0478, 0x0578]) {
      const plaintext = sampleBytes(1_100_000);
      const sample = makeSample(referenceSuite(id), { plaintext, frameLength: 0 });
      writeFileSync(at('m'), sample.message);
      using file = await MessageFile.open(at('m'), { maxFrameLengthBytes: 1 });
      const key = importKey(sample.dataKey);
      await file.decryptTo(key, at('p'), { ...noSync, overwrite: true }).done;
      expect(Buffer.compare(readFileSync(at('p')), plaintext)).toBe(0);
    }
  });

  it.each([0o644, 0o600, 0o755, 0o440, 0o666])('mode %i is kept', async (mode) => {
    writeFileSync(at('a'), 'text');
    chmodSync(at('a'), mode);
    await writer.encryptFile(at('a'), at('b'), noSync).done;
    await decryptTo(at('b'), at('c'), noSync);
    expect([at('b'), at('c')].map((file) => statSync(file).mode & 0o7777)).toEqual([mode, mode]);
  });
});

describe('names', () => {
  beforeEach(() => writeFileSync(at('a'), 'text'));
  const encrypt = (source: string, target: string, options: FileJobOptions = noSync) =>
    writer.encryptFile(at(source), at(target), options).done.then(() => 'done', codeOf);

  it('one that is taken stays as it is, whatever has it', async () => {
    writeFileSync(at('file'), 'mine');
    mkdirSync(at('folder'));
    symlinkSync('nowhere', at('link'));
    for (const name of ['file', 'folder', 'link']) {
      expect(await encrypt('a', name)).toBe('ERR_FILE_EXISTS');
    }
    expect(readFileSync(at('file'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['a', 'file', 'folder', 'link']);
  });

  it('one that is taken meanwhile stays as it is', async () => {
    writeFileSync(at('big'), new Uint8Array(64 * 1024 * 1024));
    const working = encrypt('big', 'target');
    writeFileSync(at('target'), 'mine', { flag: 'wx' });
    expect(await working).toBe('ERR_FILE_EXISTS');
    expect(readFileSync(at('target'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['a', 'big', 'target']);
  });

  it('overwriting replaces a file, and nothing else', async () => {
    const overwrite = { ...noSync, overwrite: true };
    writeFileSync(at('file'), 'old', { mode: 0o600 });
    expect(await encrypt('a', 'file', overwrite)).toBe('done');
    expect(decryptMessage(dataKey, readFileSync(at('file')))).toEqual(
      new Uint8Array(Buffer.from('text')),
    );
    mkdirSync(at('folder'));
    symlinkSync('file', at('link'));
    expect(await encrypt('a', 'folder', overwrite)).toBe('ERR_FILE');
    expect(await encrypt('a', 'link', overwrite)).toBe('ERR_FILE');
    expect(await encrypt('a', 'new', overwrite)).toBe('done');
    expect(readdirSync(folder).sort()).toEqual(['a', 'file', 'folder', 'link', 'new']);
  });

  it('the source is never the target, by any of its names', async () => {
    linkSync(at('a'), at('hard'));
    for (const target of ['a', './a', 'hard']) {
      const outcome = await encrypt('a', target, { ...noSync, overwrite: true });
      expect(outcome).toBe('ERR_INVALID_ARGUMENT');
    }
    await writer.encryptFile(at('a'), at('b'), noSync).done;
    using file = await MessageFile.open(at('b'));
    const job = file.decryptTo(dataKey, at('b'), { ...noSync, overwrite: true });
    expect(await job.done.catch(codeOf)).toBe('ERR_INVALID_ARGUMENT');
    expect(readFileSync(at('a'), 'utf8')).toBe('text');
  });

  it('symbolic links are followed on the way, and to the source', async () => {
    symlinkSync('a', at('link'));
    symlinkSync('.', at('here'));
    await writer.encryptFile(at('link'), at('here/b'), noSync).done;
    await decryptTo(at('here/b'), at('here/c'), noSync);
    expect(readFileSync(at('c'), 'utf8')).toBe('text');
  });

  it.each(['.', '..', 'no/such/folder', 'a/b'])('%s names no file', async (target) => {
    expect(await encrypt('a', target)).toMatch(/^ERR_FILE/);
    expect(await writer.encryptFile(at('a'), `${folder}/`).done.catch(codeOf)).toBe('ERR_FILE');
  });

  it('errors say which file and why', async () => {
    const message = (error: unknown) => (error as Error).message;
    expect(await writer.encryptFile(at('none'), at('b')).done.catch(message)).toBe(
      `cannot open \`${at('none')}\`: No such file or directory`,
    );
    expect(await writer.encryptFile(folder, at('b')).done.catch(message)).toBe(
      `\`${folder}\` is not a regular file`,
    );
    expect(await writer.encryptFile(at('a'), at('x/b')).done.catch(message)).toBe(
      `cannot open the folder of \`${at('x/b')}\`: No such file or directory`,
    );
    expect(await MessageFile.open(at('none')).catch(message)).toMatch(/^cannot open/);
  });

  it('a FIFO is no source, and nobody waits for its writer', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    expect(await encrypt('pipe', 'b')).toBe('ERR_FILE');
    expect(await MessageFile.open(at('pipe')).catch(codeOf)).toBe('ERR_FILE');
  });

  it('a path with a zero byte is refused at once', () => {
    expect(() => writer.encryptFile('a\0b', at('b'))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });
});

describe('when it goes wrong', () => {
  it('an abort leaves nothing', async () => {
    writeFileSync(at('a'), new Uint8Array(64 * 1024 * 1024));
    const encrypting = writer.encryptFile(at('a'), at('b'), { threads: 2 });
    encrypting.abort();
    expect(await encrypting.done.catch(codeOf)).toBe('ERR_ABORTED');
    expect(readdirSync(folder)).toEqual(['a']);
    await writer.encryptFile(at('a'), at('b'), noSync).done;
    using file = await MessageFile.open(at('b'));
    const decrypting = file.decryptTo(dataKey, at('c'));
    decrypting.abort();
    expect(await decrypting.done.catch(codeOf)).toBe('ERR_ABORTED');
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });

  it('a source that becomes shorter leaves nothing', async () => {
    writeFileSync(at('a'), sampleBytes(10_000));
    await writer.encryptFile(at('a'), at('b'), noSync).done;
    using file = await MessageFile.open(at('b'));
    truncateSync(at('b'), 500);
    expect(await file.decryptTo(dataKey, at('c')).done.catch(codeOf)).toBe('ERR_FILE');
    expect(await file.decryptRange(dataKey, 0, 10).done.catch(codeOf)).toBe('ERR_FILE');
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });

  it('what is no message is told when it is opened', async () => {
    const header = writer.encrypt(sampleBytes(1)).subarray(0, 50);
    for (const bytes of [new Uint8Array(), sampleBytes(100), header]) {
      writeFileSync(at('a'), bytes);
      expect(await MessageFile.open(at('a')).catch(codeOf)).toBe('ERR_INVALID_MESSAGE');
    }
  });

  it('a long header is read as a whole, up to the limit', async () => {
    const ciphertext = sampleBytes(60_000);
    const key = { providerId: sampleBytes(1), providerInfo: sampleBytes(1), ciphertext };
    const encryptedDataKeys = [key, key, key];
    const { message } = makeSample(referenceSuite(0x0478), { encryptedDataKeys });
    writeFileSync(at('a'), message);
    using file = await MessageFile.open(at('a'));
    expect(file.header.encryptedDataKeyCount).toBe(3);
    expect(file.sizeBytes).toBe(message.length);
    const limits = { maxHeaderBytes: 100_000 };
    expect(await MessageFile.open(at('a'), limits).catch(codeOf)).toBe('ERR_MESSAGE_LIMIT');
  });

  it('a closed file is of no use, and work on it ends', async () => {
    writeFileSync(at('a'), new Uint8Array(5_000_000));
    await writer.encryptFile(at('a'), at('b'), noSync).done;
    const file = await MessageFile.open(at('b'));
    const working = file.decryptTo(dataKey, at('c'), noSync);
    file.close();
    file.close();
    await working.done;
    expect(statSync(at('c')).size).toBe(5_000_000);
    const disposed = expect.objectContaining({ code: 'ERR_DISPOSED' });
    expect(() => file.decryptTo(dataKey, at('d'))).toThrow(disposed);
    expect(() => file.decryptRange(dataKey, 0, 1)).toThrow(disposed);
  });

  it('a full disk leaves nothing', () => {
    writeFileSync(at('a'), new Uint8Array(2_000_000));
    const script = new URL('children/encrypt_file.mjs', import.meta.url).pathname;
    // The limit on a file's size (setrlimit(2)) stands for a full disk.
    const limited = ['-c', 'ulimit -f 500; exec "$0" "$@"', process.execPath, script];
    const run = spawnSync('sh', [...limited, at('a'), at('b')], { encoding: 'utf8' });
    expect(run.stdout).toBe(`ERR_FILE cannot write \`${at('b')}\`: File too large\n`);
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

describe('ranges', () => {
  async function range(
    file: MessageFile,
    start: number,
    end: number,
    threads = 1,
  ): Promise<Uint8Array> {
    return await file.decryptRange(dataKey, start, end, { threads }).done;
  }

  it('are slices', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2000 }),
        fc.integer({ min: 1, max: 500 }),
        fc.nat(2100),
        fc.nat(2100),
        async (text, frameLength, a, b) => {
          writeFileSync(at('m'), writerFor(frameLength).encrypt(text));
          using file = await MessageFile.open(at('m'));
          const [start, end] = [Math.min(a, b), Math.max(a, b)];
          expect(Buffer.compare(await range(file, start, end), text.subarray(start, end))).toBe(0);
        },
      ),
      { numRuns: soakCount(100, 3000) },
    );
  });

  it('of old messages of one block, too', async () => {
    const plaintext = sampleBytes(1_200_000);
    const sample = makeSample(referenceSuite(0x0178), { plaintext, frameLength: 0 });
    writeFileSync(at('m'), sample.message);
    using file = await MessageFile.open(at('m'));
    const key = importKey(sample.dataKey);
    for (const [start, end] of [
      [0, 0],
      [0, 5],
      [524_280, 524_300],
      [1_199_999, 9_999_999],
    ] as const) {
      const got = await file.decryptRange(key, start, end).done;
      expect(Buffer.compare(got, plaintext.subarray(start, end))).toBe(0);
    }
  });

  it('of many runs of frames, on several threads', async () => {
    const text = sampleBytes(5_000_000);
    writeFileSync(at('m'), writerFor(4096).encrypt(text));
    using file = await MessageFile.open(at('m'));
    for (const [start, end] of [
      [0, 5_000_000],
      [1, 4_999_999],
      [2_000_000, 3_000_001],
    ] as const) {
      expect(Buffer.compare(await range(file, start, end, 3), text.subarray(start, end))).toBe(0);
    }
  });

  it('prove the length before they give anything', async () => {
    const message = writerFor(100).encrypt(sampleBytes(950));
    // The frame of the range is whole, the final one is not.
    const last = message.length - 1;
    message[last] = (message[last] as number) ^ 1;
    writeFileSync(at('m'), message);
    using file = await MessageFile.open(at('m'));
    expect(await range(file, 0, 10).catch(codeOf)).toBe('ERR_DECRYPTION_FAILED');
    expect(await range(file, 5, 5).catch(codeOf)).toBe('ERR_DECRYPTION_FAILED');
  });

  it('touch no more frames than they must', async () => {
    const message = writerFor(100).encrypt(sampleBytes(1000));
    const header = message.length - 10 * 132 - 8;
    // The second frame.
    message[header + 140] = (message[header + 140] as number) ^ 1;
    writeFileSync(at('m'), message);
    using file = await MessageFile.open(at('m'));
    expect(await range(file, 0, 100)).toHaveLength(100);
    expect(await range(file, 200, 1000)).toHaveLength(800);
    for (const [start, end] of [
      [0, 101],
      [199, 300],
      [150, 151],
    ] as const) {
      expect(await range(file, start, end).catch(codeOf)).toBe('ERR_DECRYPTION_FAILED');
    }
  });

  it('out of order are refused', async () => {
    writeFileSync(at('m'), writer.encrypt(sampleBytes(5)));
    using file = await MessageFile.open(at('m'));
    for (const [start, end] of [
      [1, 0],
      [-1, 5],
      [0, 1.5],
      [0, 2 ** 53],
    ] as const) {
      expect(() => file.decryptRange(dataKey, start, end)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
      );
    }
  });
});

it('a target is whole when it can be seen', async () => {
  writeFileSync(at('a'), new Uint8Array(32 * 1024 * 1024));
  const job = writer.encryptFile(at('a'), at('b'), noSync);
  let looks = 0;
  for (; !readdirSync(folder).includes('b'); looks++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(looks).toBeGreaterThan(0);
  const seen = readFileSync(at('b'));
  await job.done;
  expect(readdirSync(folder)).toEqual(['a', 'b']);
  expect(decryptMessage(dataKey, seen)).toHaveLength(32 * 1024 * 1024);
});
