// The program of a worker: opens the store for itself and serves it until it is told to stop, or its
// first process is gone.

import cluster from 'node:cluster';
import process from 'node:process';
import { Kms } from '../kms.js';
import { kmsBackend } from './kms_backend.js';
import { checkServeOptions } from './serve_options.js';
import type { ServingProcess } from './serving_process.js';
import { startServing } from './serving_process.js';
import type { WorkerCommand, WorkerNotice } from './worker_messages.js';

/** Time for requests in flight when the first process has died, in milliseconds. */
const orphanGraceMs = 10_000;

let kms: Kms | undefined;
let serving: ServingProcess | undefined;

function tell(notice: WorkerNotice): void {
  if (process.connected) process.send?.(notice);
}

async function start({ open, serve }: Extract<WorkerCommand, { kind: 'start' }>): Promise<void> {
  try {
    kms = await Kms.open(open);
    serving = await startServing(kmsBackend(kms), checkServeOptions(serve));
    tell({ kind: 'ready', address: serving.address });
  } catch (error) {
    const { code = 'ERR_STORE', message } = error as Error & { code?: string };
    tell({ kind: 'failed', code, message });
    await stop(0);
  }
}

async function stop(graceMs: number): Promise<void> {
  try {
    await serving?.close(graceMs);
    await kms?.close();
  } catch (error) {
    process.stderr.write(`keystead: a worker did not end well: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
  // Gone already when the first process is.
  if (process.connected) process.disconnect?.();
  process.exit();
}

process.on('message', (command: WorkerCommand) => {
  if (command.kind === 'start') void start(command);
  else if (command.kind === 'stop') void stop(command.graceMs);
  else if (serving !== undefined)
    tell({ kind: 'report', id: command.id, report: serving.report() });
});
// Else node:cluster itself would end the process at once, with requests in flight.
if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
process.on('disconnect', () => void stop(orphanGraceMs));
// A terminal's Ctrl-C reaches the whole group; the first process tells its workers itself.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
tell({ kind: 'loaded' });
