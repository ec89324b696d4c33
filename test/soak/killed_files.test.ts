// Encryption and decryption of files, killed at any moment: no new file of any name is left, unless
// it is the whole target; the source is whole.

import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
import { Kms } from '../../lib/kms.js';
import { patternBytes } from '../envelope/support/test_bytes.js';
import { startProgram } from '../process/child_process.js';
import { isSoaking, soakCount } from './support/scale.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-killed-'));
afterAll(() => rmSync(folder, { recursive: true }));
const store = join(folder, 'store');
const program = fileURLToPath(new URL('../envelope/children/file_forever.mjs', import.meta.url));

/** Of each kind. */
const kills = soakCount(2, 60);
const sizeBytes = (isSoaking ? 64 : 16) * 1024 * 1024;
const lifeMsMax = isSoaking ? 150 : 40;
/** open(2): a file without a name. Node.js has no name for it. */
const nameless = 0o20000000 | constants.O_DIRECTORY;

function hasNamelessFiles(): boolean {
  try {
    closeSync(openSync(folder, nameless | constants.O_RDWR, 0o600));
    return true;
  } catch {
    return false;
  }
}

test(`${kills} kills of each work leave nothing`, async (context) => {
  if (!hasNamelessFiles()) context.skip(`the file system of ${tmpdir()} has no O_TMPFILE`);
  const kms = await Kms.open({ path: store });
  const { KeyMetadata } = await kms.client().createKey();
  const keyId = KeyMetadata.Arn;
  const envelope = new Envelope({ kms: kms.client(), keyId });
  const plaintext = patternBytes(sizeBytes);
  const message = Buffer.from(await envelope.encrypt(plaintext));
  const work = join(folder, 'work');
  const [source, target] = [join(work, 'source'), join(work, 'target')];
  for (const [name, input] of [
    ['encryptFile', plaintext],
    ['decryptFile', message],
  ] as const) {
    for (let kill = 0; kill < kills; kill++) {
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work);
      writeFileSync(source, input);
      const child = startProgram(program, store, keyId, name, source, target);
      await vi.waitFor(() => expect(child.lines().length).toBeGreaterThan(0), {
        timeout: 20_000,
        interval: 1,
      });
      await sleep(Math.random() * lifeMsMax);
      child.process.kill('SIGKILL');
      expect(await child.ended).toEqual({ status: null, stderr: '' });
      expect(readdirSync(work).filter((file) => file !== 'target')).toEqual(['source']);
      expect(readFileSync(source).equals(input)).toBe(true);
      if (existsSync(target)) await expectWhole(readFileSync(target));
    }
  }
  await kms.close();

  /** The name appears with the last byte. */
  async function expectWhole(bytes: Buffer): Promise<void> {
    const isMessage = bytes[0] === 2 && bytes[1] === 4 && bytes[2] === 0x78;
    const read = isMessage ? (await envelope.decrypt(bytes)).plaintext : bytes;
    expect(Buffer.compare(read, plaintext)).toBe(0);
  }
});
