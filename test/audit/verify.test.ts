import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../lib/audit/verify.js';
import { Kms } from '../../lib/kms.js';

let path: string;
let folder: string;
beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'keystead-audit-'));
  folder = join(path, 'audit');
  await writeTrail();
});
afterEach(() => rmSync(path, { recursive: true }));

/** A chain with a first line and six events. */
async function writeTrail(): Promise<void> {
  const kms = await Kms.open({ path, audit: true });
  for (let i = 0; i < 6; i++) await kms.client().generateRandom({ NumberOfBytes: 1 });
  await kms.close();
}

async function verify(): Promise<AuditReport> {
  const kms = await Kms.open({ path });
  try {
    return await kms.verifyAudit();
  } finally {
    await kms.close();
  }
}

function theFile(): string {
  return readdirSync(folder).sort()[0] ?? '';
}

function change(edit: (lines: string[]) => string[]): void {
  const file = join(folder, theFile());
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${edit(lines).join('\n')}\n`);
}

test('a sound trail', async () => {
  const report = await verify();
  expect(report).toMatchObject({ ok: true, findings: [] });
  expect(report.files).toMatchObject([
    { events: 6, isTorn: false, unprotected: 0, isBeingWritten: false },
  ]);
});

test('what callers may write does not end a line', async () => {
  const kms = await Kms.open({ path, audit: true });
  const Description = 'a\u2028b\u2029c\u0085d\re\nf';
  await kms.client().createKey({ Description });
  await kms.client().generateRandom({ NumberOfBytes: 1 });
  await kms.close();
  const report = await verify();
  expect(report.findings).toEqual([]);
  expect(report.files.at(-1)).toMatchObject({ events: 2, isTorn: false });
});

describe('tampering', () => {
  test('a changed line', async () => {
    change((lines) => lines.map((line, i) => (i === 3 ? line.replace('Root', 'User') : line)));
    const { ok, findings } = await verify();
    expect(ok).toBe(false);
    expect(findings).toEqual([{ kind: 'broken chain', file: theFile(), line: 4 }]);
  });

  test('every changed byte of a line', async () => {
    const file = join(folder, theFile());
    const sound = readFileSync(file);
    const start = sound.indexOf('\n') + 1;
    const end = sound.indexOf('\n', start);
    const kms = await Kms.open({ path });
    for (let at = start; at < end; at += 7) {
      const changed = Buffer.from(sound);
      changed[at] = (changed[at] as number) ^ 1;
      writeFileSync(file, changed);
      expect((await kms.verifyAudit()).ok, `byte ${at}`).toBe(false);
    }
    await kms.close();
  });

  test('a removed line', async () => {
    change((lines) => lines.filter((_, i) => i !== 2));
    expect((await verify()).findings).toEqual([{ kind: 'broken chain', file: theFile(), line: 3 }]);
  });

  test('two lines in each other’s place', async () => {
    change(([first = '', second = '', third = '', ...rest]) => [first, third, second, ...rest]);
    const { findings } = await verify();
    expect(findings.map(({ kind }) => kind)).toContain('broken chain');
  });

  test('a line written twice, and one from elsewhere', async () => {
    change((lines) => lines.flatMap((line, i) => (i === 2 ? [line, line] : [line])));
    expect((await verify()).findings).toContainEqual({
      kind: 'broken chain',
      file: theFile(),
      line: 4,
    });
    change((lines) => lines.map((line, i) => (i === 3 ? '{"a":1}' : line)));
    expect((await verify()).findings).toContainEqual({
      kind: 'broken chain',
      file: theFile(),
      line: 4,
    });
  });

  test('a tail cut off before what the store vouches for', async () => {
    change((lines) => lines.slice(0, -2));
    expect((await verify()).findings).toEqual([{ kind: 'cut off', file: theFile(), missing: 2 }]);
  });

  test('half a line cut off, and what was before the last line too', async () => {
    const file = join(folder, theFile());
    truncateSync(file, readFileSync(file).length - 20);
    const report = await verify();
    expect(report.findings).toEqual([{ kind: 'cut off', file: theFile(), missing: 1 }]);
    expect(report.files).toMatchObject([{ isTorn: true }]);
  });

  test('an emptied file, and a missing one', async () => {
    truncateSync(join(folder, theFile()));
    expect((await verify()).findings).toEqual([{ kind: 'cut off', file: theFile(), missing: 7 }]);
    const file = theFile();
    rmSync(join(folder, file));
    expect((await verify()).findings).toEqual([{ kind: 'missing file', file }]);
  });

  test('a file under another name', async () => {
    const file = theFile();
    renameSync(join(folder, file), join(folder, 'x.jsonl'));
    expect((await verify()).findings).toEqual([
      { kind: 'unknown file', file: 'x.jsonl' },
      { kind: 'missing file', file },
    ]);
  });
});

describe('chains', () => {
  test('name the one before: a file with its record removed is missed', async () => {
    const first = theFile();
    await writeTrail();
    expect((await verify()).ok).toBe(true);
    const { addon } = await import('../../lib/hsm/index.js');
    const { openFolder } = await import('../../lib/engine.js');
    const { unlockStore } = await import('../../lib/keys/root_key.js');
    const ground = await openFolder(addon(), path);
    const { store, rootKey } = await unlockStore(addon(), ground, {
      keyFile: join(path, 'root.key'),
    });
    const [head] = (await store.range({ prefix: 'audit/head/' })).filter(({ value }) =>
      Buffer.from(value).includes(first),
    );
    if (head === undefined) throw new Error('no head');
    await store.commit([{ path: head.path, before: head, after: undefined }]);
    addon().rootKeyDispose(rootKey.handle);
    await ground.close();
    expect((await verify()).findings).toEqual([{ kind: 'unknown file', file: first }]);
    rmSync(join(folder, first));
    expect((await verify()).findings).toEqual([{ kind: 'missing file', file: first }]);
  });

  test('that are being written have events that nobody vouches for yet', async () => {
    const kms = await Kms.open({ path, audit: true });
    await kms.client().generateRandom({ NumberOfBytes: 1 });
    const report = await kms.verifyAudit();
    expect(report.ok).toBe(true);
    expect(report.files.at(-1)).toMatchObject({
      events: 1,
      unprotected: 1,
      isBeingWritten: true,
    });
    await kms.close();
  });

  test('are vouched for within a second or so', async () => {
    const kms = await Kms.open({ path, audit: true });
    await kms.client().generateRandom({ NumberOfBytes: 1 });
    await expect
      .poll(async () => (await kms.verifyAudit()).files.at(-1)?.unprotected, { timeout: 10_000 })
      .toBe(0);
    await kms.close();
  });
});

test('the folder of a trail that is none is refused', async () => {
  const kms = await Kms.open({ path });
  await expect(kms.verifyAudit(join(path, 'root.key'))).rejects.toMatchObject({
    code: 'ERR_AUDIT',
  });
  expect(await kms.verifyAudit(join(path, 'none'))).toMatchObject({ ok: false });
  await kms.close();
});
