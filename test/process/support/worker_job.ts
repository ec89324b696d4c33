// Workers of children/hsm_worker.mjs.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const script = new URL('../children/hsm_worker.mjs', import.meta.url);

export function startJob(job: string, data: Record<string, unknown> = {}): Worker {
  // Vitest's own options of Node are none of the worker's.
  return new Worker(script, { workerData: { job, ...data }, execArgv: [] });
}

/** Runs a worker to its end and returns what it posted first. */
export async function runJob(job: string, data: Record<string, unknown> = {}): Promise<unknown> {
  const worker = startJob(job, data);
  const messages: unknown[] = [];
  worker.on('message', (message) => messages.push(message));
  const [code] = await once(worker, 'exit');
  if (code !== 0) throw new Error(`the worker ended with ${code}`);
  return messages[0];
}

/** Starts a worker that never ends, and terminates it some time after it began to work. */
export async function runAndTerminate(job: string, delayMs: number): Promise<void> {
  const worker = startJob(job);
  await once(worker, 'message');
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await worker.terminate();
}
