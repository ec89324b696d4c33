import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LineFile } from '../../lib/audit/line_file.js';
import { AuditNote, noting } from '../../lib/audit/note.js';
import type { AuditTrail } from '../../lib/audit/trail.js';
import { Kms } from '../../lib/kms.js';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'keystead-audit-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(path, { recursive: true });
});

interface ToldEvent {
  readonly eventName: string;
  readonly eventID: string;
  readonly resources?: readonly { readonly ARN: string }[];
}

function eventsOf(folder: string): ToldEvent[] {
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { event?: never }).event)
      .filter((event) => event !== undefined),
  );
}

test('a request whose event cannot be written fails; the change keeps its event', async () => {
  const kms = await Kms.open({ path, audit: true });
  const client = kms.client();
  const broken = vi
    .spyOn(LineFile.prototype, 'append')
    .mockRejectedValue(
      Object.assign(new Error('the audit trail cannot be written: ENOSPC'), { code: 'ERR_AUDIT' }),
    );
  await expect(client.generateRandom({ NumberOfBytes: 1 })).rejects.toMatchObject({
    code: 'ERR_AUDIT',
  });
  await expect(client.createKey()).rejects.toMatchObject({ code: 'ERR_AUDIT' });
  broken.mockRestore();
  // The key is there, and so is its event, once somebody can write it out.
  expect((await client.listKeys()).Keys).toHaveLength(1);
  // What a caller calls `eventID` is no id of an event.
  const { store } = kms.ground.engine.registry.ground;
  const [waiting] = await store.range({ prefix: 'audit/outbox/' });
  const eventID = waiting?.path.split('/').at(-1) ?? '';
  await client.newDataKeys({
    keyId: (await client.listKeys()).Keys[0]?.KeyId ?? '',
    encryptionContext: { eventID },
    count: 1,
  });
  await kms.close();
  await Kms.open({ path, audit: true }).then((again) => again.close());
  const created = eventsOf(join(path, 'audit')).filter(
    ({ eventName }) => eventName === 'CreateKey',
  );
  expect(created.map((event) => event.eventID)).toEqual([eventID]);
  expect((await verified()).ok).toBe(true);
});

test('a folder that cannot be made is told of, and nothing stays open', async () => {
  const made = await Kms.open({ path });
  const audit = join(path, 'root.key', 'audit');
  await expect(Kms.open({ path, audit })).rejects.toMatchObject({
    name: 'KeysteadError',
    code: 'ERR_AUDIT',
    message: expect.stringContaining('ENOTDIR'),
  });
  await made.close();
});

test('a change that was committed keeps its event when its request fails afterwards', async () => {
  const kms = await Kms.open({ path, audit: true });
  const { audit, registry } = kms.ground.engine;
  const { store, nowMs } = registry.ground;
  const note = new AuditNote(audit as AuditTrail, {
    eventSource: 'kms.amazonaws.com',
    eventName: 'CreateKey',
    awsRegion: 'us-east-1',
    account: '000000000000',
    keys: {},
    nowMs,
  });
  const serve = async () => {
    await store.commit(note.commits({ keyId: 'made' }));
    throw new Error('afterwards');
  };
  await expect(noting(note, serve, () => undefined)).rejects.toThrow('afterwards');
  await kms.close();
  await Kms.open({ path, audit: true }).then((again) => again.close());
  expect(eventsOf(join(path, 'audit'))).toMatchObject([
    { eventName: 'CreateKey', errorCode: 'InternalFailure', requestID: note.requestId },
    { eventName: 'CreateKey', responseElements: { keyId: 'made' }, requestID: note.requestId },
  ]);
});

test('a batch goes by what others change while an event is written', async () => {
  const kms = await Kms.open({ path, audit: true });
  const quiet = await Kms.open({ path });
  const client = kms.client();
  const KeyId = (await client.createKey()).KeyMetadata.KeyId;
  const made = ['one', 'two'].map(async (name) => {
    const encryptionContext = { name };
    const { encryptedDataKey } = await client.newDataKey({ keyId: KeyId, encryptionContext });
    return { encryptedDataKey, encryptionContext };
  });
  const inputs = await Promise.all(made);
  const { append } = LineFile.prototype;
  vi.spyOn(LineFile.prototype, 'append').mockImplementationOnce(async function (
    this: LineFile,
    lines: string,
  ) {
    await quiet.client().disableKey({ KeyId });
    await append.call(this, lines);
  });
  const answers = await client.openDataKeys(inputs);
  expect(answers).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'DisabledException' } },
  ]);
  await quiet.close();
  await kms.close();
});

test('an outbox is emptied by the next anchor when one fails', async () => {
  const kms = await Kms.open({ path, audit: true });
  const { engine } = kms.ground;
  const { store } = engine.registry.ground;
  await kms.client().createKey();
  const broken = vi.spyOn(LineFile.prototype, 'sync').mockRejectedValue(new Error('EIO'));
  await expect(engine.audit?.anchor()).rejects.toThrow('EIO');
  expect(await store.range({ prefix: 'audit/outbox/' })).toHaveLength(1);
  broken.mockRestore();
  await engine.audit?.anchor();
  expect(await store.range({ prefix: 'audit/outbox/' })).toEqual([]);
  await kms.close();
});

async function verified() {
  const kms = await Kms.open({ path });
  try {
    return await kms.verifyAudit();
  } finally {
    await kms.close();
  }
}

test('half a line is cut off before the next', async () => {
  const file = await LineFile.create(join(path, 'lines'));
  await file.append('one\n');
  const handle = await import('node:fs/promises').then(({ open }) => open(join(path, 'lines')));
  const prototype = Object.getPrototypeOf(handle) as {
    write(...values: unknown[]): Promise<unknown>;
  };
  await handle.close();
  const write = prototype.write;
  let calls = 0;
  vi.spyOn(prototype, 'write').mockImplementation(async function (
    this: unknown,
    bytes: unknown,
    offset: unknown,
    _length: unknown,
    position: unknown,
  ) {
    calls += 1;
    if (calls > 1) throw new Error('no space left on device');
    return write.call(this, bytes, offset, 2, position);
  });
  await expect(file.append('two\n')).rejects.toMatchObject({ code: 'ERR_AUDIT' });
  vi.restoreAllMocks();
  await file.append('three\n');
  await file.sync();
  await file.close();
  expect(readFileSync(join(path, 'lines'), 'utf8')).toBe('one\nthree\n');
  await expect(LineFile.create(join(path, 'lines'))).rejects.toMatchObject({ code: 'ERR_AUDIT' });
});

test('what a killed process committed and did not write out, the next one writes out', async () => {
  const program = join(import.meta.dirname, 'children', 'change_until_killed.mjs');
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  await new Promise<void>((done) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      acknowledged.splice(0, Infinity, ...text.split('\n').slice(0, -1));
      if (acknowledged.length >= 20) child.kill('SIGKILL');
    });
    child.on('exit', () => done());
  });
  const kms = await Kms.open({ path, audit: true });
  const made: string[] = [];
  for await (const { KeyArn } of kms.client().listAllKeys()) made.push(KeyArn);
  await kms.close();
  for (const arn of acknowledged) expect(made).toContain(arn);
  const events = eventsOf(join(path, 'audit')).filter(({ eventName }) => eventName === 'CreateKey');
  const told = events.flatMap(({ resources }) => (resources ?? []).map(({ ARN }) => ARN));
  // Each change has its event, and none has two.
  expect(told.sort()).toEqual(made.sort());
  const report = await verified();
  expect(report.findings).toEqual([]);
});
