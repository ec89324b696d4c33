// The workers of a server: several processes on one store behind one listening socket. One that dies is
// replaced; all are replaced one after the other when asked.

import type { ClusterSettings, Worker } from 'node:cluster';
import cluster from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { KeysteadErrorCode } from '../errors.js';
import { KeysteadError } from '../errors.js';
import type { KmsOpenOptions } from '../kms_options.js';
import type { ServeOptions } from './serve_options.js';
import type { ProcessReport } from './serving_process.js';
import type { WorkerCommand, WorkerNotice } from './worker_messages.js';

const program = fileURLToPath(new URL('worker.js', import.meta.url));
const reportTimeoutMs = 2_000;
/** The wait before a worker that died is replaced, in milliseconds: it doubles up to the longest. */
const [restartWaitMs, restartWaitMsMax] = [100, 10_000];
/** A worker that lived so long did not die of how it started. */
const soundLifeMs = 10_000;

/** Several processes that serve one store. */
export class WorkerPool {
  readonly #open: KmsOpenOptions;
  readonly #serve: ServeOptions;
  readonly #workers = new Set<Worker>();
  #address: AddressInfo | undefined;
  #isClosing = false;
  #restartWaitMs = restartWaitMs;
  #reports = 0;

  private constructor(open: KmsOpenOptions, serve: ServeOptions) {
    this.#open = open;
    this.#serve = serve;
  }

  /**
   * @param serve - without hooks, which cannot pass to other processes
   * @throws KeysteadError what the first worker that cannot start fails with
   */
  static async start(
    open: KmsOpenOptions,
    serve: ServeOptions,
    count: number,
  ): Promise<WorkerPool> {
    const port = serve.port === 0 ? await findFreePort(serve.host) : serve.port;
    const pool = new WorkerPool(open, { ...serve, port });
    try {
      for (let i = 0; i < count; i++) await pool.#add();
    } catch (error) {
      await pool.close(0);
      throw error;
    }
    return pool;
  }

  get address(): AddressInfo {
    return this.#address as AddressInfo;
  }

  /** How many serve now. */
  get size(): number {
    return this.#workers.size;
  }

  /** What each worker tells of itself; one that does not answer in time is left out. */
  async reports(): Promise<readonly ProcessReport[]> {
    const asked = [...this.#workers].map((worker) => this.#report(worker));
    return (await Promise.all(asked)).filter((report) => report !== undefined);
  }

  /** Replaces every worker, one after the other: the new one serves before the old one ends. */
  async restart(graceMs: number): Promise<void> {
    for (const worker of [...this.#workers]) {
      if (this.#isClosing) return;
      await this.#add();
      await this.#stop(worker, graceMs);
    }
  }

  /** @returns whether all ended in time */
  async close(graceMs: number): Promise<boolean> {
    this.#isClosing = true;
    const stops = [...this.#workers].map((worker) => this.#stop(worker, graceMs));
    return (await Promise.all(stops)).every((isDone) => isDone);
  }

  async #add(): Promise<void> {
    const worker = fork();
    const startedAtMs = Date.now();
    const start = { kind: 'start', open: this.#open, serve: this.#serve } as const;
    this.#address = await started(worker, start);
    this.#workers.add(worker);
    worker.once('exit', () => {
      if (!this.#workers.delete(worker) || this.#isClosing) return;
      if (Date.now() - startedAtMs > soundLifeMs) this.#restartWaitMs = restartWaitMs;
      void this.#replace();
    });
  }

  async #replace(): Promise<void> {
    await sleep(this.#restartWaitMs);
    this.#restartWaitMs = Math.min(this.#restartWaitMs * 2, restartWaitMsMax);
    if (this.#isClosing) return;
    process.emitWarning('a worker died and is replaced', { code: 'KEYSTEAD_WORKER' });
    try {
      await this.#add();
    } catch {
      void this.#replace();
    }
  }

  async #stop(worker: Worker, graceMs: number): Promise<boolean> {
    this.#workers.delete(worker);
    if (worker.isDead()) return true;
    const ended = once(worker, 'exit').then(() => true);
    send(worker, { kind: 'stop', graceMs });
    // Beyond its grace it has only connections to cut and a store to close.
    const timer = new AbortController();
    const late = sleep(graceMs + 5_000, false, { signal: timer.signal }).catch(() => false);
    const isDone = await Promise.race([ended, late]);
    timer.abort();
    if (!isDone) worker.process.kill('SIGKILL');
    return isDone;
  }

  #report(worker: Worker): Promise<ProcessReport | undefined> {
    const id = ++this.#reports;
    return new Promise((resolve) => {
      const done = (report?: ProcessReport) => {
        clearTimeout(timer);
        worker.off('message', listener);
        resolve(report);
      };
      const timer = setTimeout(done, reportTimeoutMs);
      const listener = (notice: WorkerNotice) => {
        if (notice.kind === 'report' && notice.id === id) done(notice.report);
      };
      worker.on('message', listener);
      send(worker, { kind: 'report', id });
    });
  }
}

/** The settings of node:cluster are the process's, whose other code may have workers of its own. */
function fork(): Worker {
  const [, exec, ...args] = process.argv;
  const before = { exec, args, serialization: 'json', ...cluster.settings } as ClusterSettings;
  cluster.setupPrimary({ exec: program, args: [], serialization: 'advanced' });
  const worker = cluster.fork();
  cluster.setupPrimary(before);
  return worker;
}

/** For all of them, and for those that come later: any port at all would be another one each time. */
async function findFreePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function send(worker: Worker, command: WorkerCommand): void {
  if (worker.isConnected()) worker.send(command);
}

/** @throws KeysteadError of the worker */
function started(worker: Worker, command: WorkerCommand): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const done = () => {
      worker.off('message', listener);
      worker.off('exit', died);
    };
    const died = () => {
      done();
      reject(new KeysteadError('ERR_STORE', 'a worker died before it served'));
    };
    const listener = (notice: WorkerNotice) => {
      if (notice.kind === 'loaded') {
        send(worker, command);
        return;
      }
      done();
      if (notice.kind === 'ready') resolve(notice.address);
      else if (notice.kind === 'failed')
        reject(new KeysteadError(notice.code as KeysteadErrorCode, notice.message));
    };
    worker.on('message', listener);
    worker.on('exit', died);
  });
}
