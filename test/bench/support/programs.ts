// Programs on the PATH of a test, and no others.

import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

let folder: string;

/** Empties the PATH before each test of the file. */
export function useEmptyPath(): void {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'keystead-programs-'));
    vi.stubEnv('PATH', folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
}

/** A program of the system. */
export async function linkProgram(name: string): Promise<void> {
  await symlink(path.join('/bin', name), path.join(folder, name));
}

/** A program of the test's own, in shell. */
export async function shellProgram(name: string, body: string): Promise<void> {
  await program(name, `#!/bin/sh\n${body}\n`);
}

/** A program of the test's own, in CommonJS. */
export async function nodeProgram(name: string, body: string): Promise<void> {
  await program(name, `#!${process.execPath}\n${body}\n`);
}

async function program(name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  await chmod(file, 0o755);
}
