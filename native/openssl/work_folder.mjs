// The folder a build works in, inside the cache so that the result is moved into place by one
// rename(2). It is removed when the build ends or is stopped; what a killed build left is removed
// by the next one.

import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { stopTools } from './run_tool.mjs';

const prefix = '.building-';

/** Runs `task` with a work folder of its own in `root`. */
export async function withWorkFolder(root, task) {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await removeAbandoned(root);
  const folder = await mkdtemp(path.join(root, `${prefix}${hostname()}-${process.pid}-`));
  const stop = (signal) => {
    stopTools();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.kill(process.pid, signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, stop);
  try {
    return await task(folder);
  } finally {
    for (const signal of signals) process.off(signal, stop);
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(root) {
  for (const name of await readdir(root)) {
    const [, host, pid] = /^\.building-(.+)-(\d+)-\w+$/.exec(name) ?? [];
    if (host === hostname() && !isRunning(Number(pid))) {
      await rm(path.join(root, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
