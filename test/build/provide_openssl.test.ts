// What the build says when OpenSSL cannot be had: one sentence, a failure status, and nothing left in the cache.

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = path.resolve(import.meta.dirname, '../../native/openssl/provide.mjs');
const nowhere = 'http://127.0.0.1:1';
let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'keystead-openssl-'));
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script with an empty cache, no tool on PATH (so no apt) and the given environment. */
function provide(environment: Record<string, string>): Promise<Outcome> {
  const env = {
    PATH: path.join(folder, 'no-tools'),
    HOME: folder,
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    KEYSTEAD_OPENSSL_RELEASES: nowhere,
    ...environment,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env }, (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

async function tarball(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'openssl.tar.gz');
  await writeFile(file, bytes);
  return file;
}

async function releasePage(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

async function cacheEntries(): Promise<string[]> {
  const root = path.join(folder, 'cache', 'keystead', 'openssl');
  return existsSync(root) ? readdir(root) : [];
}

async function expectRefusal(outcome: Outcome, ...parts: RegExp[]): Promise<void> {
  const lines = outcome.stderr.trimEnd().split('\n');
  const sentence = lines.at(-1) ?? '';
  expect(outcome.status).toBe(1);
  expect(outcome.stdout).toBe('');
  expect(sentence).toMatch(/^keystead: .*\.$/);
  for (const part of parts) expect(sentence).toMatch(part);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  expect(await cacheEntries()).toEqual([]);
}

describe('KEYSTEAD_OPENSSL_TARBALL', () => {
  test('refuses a tarball with another checksum and names the right one', async () => {
    const bytes = gzipSync('not OpenSSL');
    const outcome = await provide({ KEYSTEAD_OPENSSL_TARBALL: await tarball(bytes) });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await expectRefusal(outcome, new RegExp(sha256), /use http.*openssl-3\.5\.\d+\.tar\.gz/);
  });

  test('says that a truncated tarball is truncated', async () => {
    const bytes = gzipSync(randomBytes(50_000));
    const file = await tarball(bytes.subarray(0, 30_000));
    const outcome = await provide({ KEYSTEAD_OPENSSL_TARBALL: file });
    await expectRefusal(outcome, /is truncated/, /download http.* again/);
  });

  test('names a file that cannot be read', async () => {
    const outcome = await provide({ KEYSTEAD_OPENSSL_TARBALL: path.join(folder, 'absent') });
    await expectRefusal(outcome, /cannot be read \(ENOENT\)/, /correct or unset/);
  });
});

describe('KEYSTEAD_OPENSSL_DIR', () => {
  async function library(version: string): Promise<string> {
    const root = path.join(folder, 'own');
    await mkdir(path.join(root, 'include', 'openssl'), { recursive: true });
    await mkdir(path.join(root, 'lib64'));
    const header = `# define OPENSSL_VERSION_STR "${version}"\n`;
    await writeFile(path.join(root, 'include', 'openssl', 'opensslv.h'), header);
    return root;
  }

  test('takes a static library of the series', async () => {
    const root = await library('3.5.8');
    await writeFile(path.join(root, 'lib64', 'libcrypto.a'), '');
    const outcome = await provide({ KEYSTEAD_OPENSSL_DIR: root });
    expect(outcome).toMatchObject({ status: 0, stdout: `${root}\n` });
  });

  test('refuses another series', async () => {
    const outcome = await provide({ KEYSTEAD_OPENSSL_DIR: await library('3.0.17') });
    await expectRefusal(outcome, /holds OpenSSL 3\.0\.17/, /static OpenSSL 3\.5/);
  });

  test('refuses a folder without the static library', async () => {
    const outcome = await provide({ KEYSTEAD_OPENSSL_DIR: await library('3.5.8') });
    await expectRefusal(outcome, /no libcrypto\.a/);
  });
});

describe('fetching', () => {
  test('says what to do when no source can be reached', async () => {
    const outcome = await provide({});
    await expectRefusal(outcome, /no source of OpenSSL 3\.5 could be reached/, /TARBALL/);
  });

  test('ends when the release page gives other bytes', async () => {
    const page = await releasePage((_request, response) => response.end(gzipSync('not OpenSSL')));
    const outcome = await provide({ KEYSTEAD_OPENSSL_RELEASES: page });
    await expectRefusal(outcome, /does not have the pinned SHA-256/, /TARBALL/);
  });

  test('does not wait for a release page that never answers', async () => {
    const page = await releasePage(() => {});
    const started = Date.now();
    const outcome = await provide({ KEYSTEAD_OPENSSL_RELEASES: page });
    await expectRefusal(outcome, /release page: timed out/);
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  test('asks for every pin before it gives the release page up', async () => {
    const asked: string[] = [];
    const page = await releasePage((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(404).end();
    });
    const outcome = await provide({ KEYSTEAD_OPENSSL_RELEASES: page });
    await expectRefusal(outcome, /release page: HTTP status 404/);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked[0]).toMatch(/^\/openssl-3\.5\.\d+\/openssl-3\.5\.\d+\.tar\.gz$/);
  });
});
