// Drives children/key_holder.mjs: a child whose memory is looked at.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../children/key_holder.mjs', import.meta.url));
// The soft limit of core dumps is 0 by default, the hard one seldom.
const withCoreDumps = 'ulimit -S -c "$(ulimit -H -c)"; exec "$0" "$@"';
const keyBytes = 32;

/** Answers to the commands; which of the fields, depends on the command. */
export interface Answer {
  readonly nonces?: readonly string[];
  readonly messageIds?: readonly string[];
  readonly keyMaterialId?: string;
  readonly wrappedKeyMaterial?: string;
  readonly blobs?: readonly string[];
  readonly sealedNonce?: string;
  readonly backing?: string;
}

export class KeyHolder {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'keystead-memory-'));
  readonly child: ChildProcess;
  private readonly lines: Interface;
  private complaints = '';

  constructor(environment: Record<string, string> = {}) {
    this.child = spawn('sh', ['-c', withCoreDumps, process.execPath, script], {
      cwd: this.folder,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints += text;
    });
    this.lines = createInterface({ input: this.child.stdout as Readable });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async run(command: string): Promise<Answer> {
    const ended = once(this.child, 'close').then(([code, signal]) => {
      throw new Error(`${command} ended the child (${code ?? signal}): ${this.complaints}`);
    });
    (this.child.stdin as Writable).write(`${command}\n`);
    const [line] = await Promise.race([once(this.lines, 'line'), ended]);
    return JSON.parse(line) as Answer;
  }

  /** What the child reads as its next secret. */
  giveSecret(bytes: Uint8Array): void {
    (this.child.stdio[4] as Writable).write(bytes);
  }

  /** The next key bytes that the child gave away. */
  async takeKey(): Promise<Uint8Array> {
    const stream = this.child.stdio[3] as Readable;
    for (;;) {
      const bytes = stream.read(keyBytes) as Buffer | null;
      if (bytes !== null) return bytes;
      await once(stream, 'readable');
    }
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
