// The server: the endpoint on a port, and what watches over it on a second one.

import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { countKeys } from '../keys/key_census.js';
import type { Kms } from '../kms.js';
import { announceRisks } from './announcements.js';
import { kmsBackend } from './kms_backend.js';
import { addSnapshots } from './metrics.js';
import { formatMetrics } from './metrics_text.js';
import { makeMonitorServer } from './monitor_server.js';
import type { ServeOptions } from './serve_options.js';
import { checkServeOptions } from './serve_options.js';
import type { ProcessReport } from './serving_process.js';
import { startServing } from './serving_process.js';
import { workerOptions } from './worker_options.js';
import { WorkerPool } from './worker_pool.js';

/** A server that serves. */
export interface KmsServer {
  /** For `--endpoint-url` and the SDKs' `endpoint`. */
  readonly url: string;
  /** Where `/healthz` and `/metrics` are; undefined when there is no second port. */
  readonly monitorUrl: string | undefined;
  /**
   * Takes no further connections, finishes the requests in flight and ends. The Kms stays open.
   * Idempotent.
   *
   * @param options - `graceMs`: after which what is left is cut off; default 30,000
   * @returns whether all requests ended by themselves
   */
  close(options?: { readonly graceMs?: number }): Promise<boolean>;
  /** With workers: replaces each, one after the other, and loses no request. */
  restart(): Promise<void>;
}

const graceMsDefault = 30_000;
/** How old a count of keys may be: it reads the whole store. */
const keysCountedForMs = 10_000;

/** What serves: this process, or several. */
interface Crew {
  readonly address: AddressInfo;
  readonly size: number;
  reports(): Promise<readonly ProcessReport[]>;
  restart(graceMs: number): Promise<void>;
  close(graceMs: number): Promise<boolean>;
}

/**
 * Serves AWS's API of KMS, and of IAM and STS as far as the store's users and roles need it.
 *
 * @param kms - stays the caller's to close, after the server
 * @throws KeysteadError ERR_INVALID_ARGUMENT; with workers, what a worker cannot open the store for
 */
export async function serve(kms: Kms, options: ServeOptions = {}): Promise<KmsServer> {
  const checked = checkServeOptions(options);
  announceRisks(checked);
  const crew =
    checked.workers > 1
      ? await WorkerPool.start(...workerOptions(kms, options), checked.workers)
      : await startCrew(kms, options);
  const monitor = await startMonitor(kms, crew, checked.metricsPort).catch(async (error) => {
    await crew.close(0);
    throw error;
  });
  const scheme = checked.tls === undefined ? 'http' : 'https';
  let closing: Promise<boolean> | undefined;
  return {
    url: urlOf(scheme, crew.address),
    monitorUrl: monitor === undefined ? undefined : urlOf('http', monitor.address),
    restart: () => crew.restart(graceMsDefault),
    close({ graceMs = graceMsDefault } = {}) {
      closing ??= crew.close(graceMs).finally(() => monitor?.close());
      return closing;
    },
  };
}

async function startCrew(kms: Kms, options: ServeOptions): Promise<Crew> {
  const serving = await startServing(kmsBackend(kms), checkServeOptions(options));
  return {
    address: serving.address,
    size: 1,
    reports: async () => [serving.report()],
    restart: async () => undefined,
    close: (graceMs) => serving.close(graceMs),
  };
}

async function startMonitor(kms: Kms, crew: Crew, port: number | undefined) {
  if (port === undefined) return undefined;
  let keys: ReturnType<typeof countKeys> | undefined;
  const countedKeys = () => {
    keys ??= countKeys(kms.ground.engine.registry.ground).finally(() => {
      setTimeout(() => {
        keys = undefined;
      }, keysCountedForMs).unref();
    });
    return keys;
  };
  const server = makeMonitorServer({
    isHealthy: () => crew.size > 0 && kms.isOpen,
    metrics: async () => describe(await crew.reports(), await countedKeys(), crew.size),
  });
  const address = await server.listen('127.0.0.1', port);
  return { address, close: () => server.close(0) };
}

function describe(
  reports: readonly ProcessReport[],
  keys: Readonly<Record<string, number>>,
  workers: number,
): string {
  const sum = (value: (report: ProcessReport) => number) =>
    reports.reduce((total, report) => total + value(report), 0);
  return formatMetrics(addSnapshots(reports.map(({ metrics }) => metrics)), {
    keys,
    workers,
    inFlight: sum(({ inFlight }) => inFlight),
    memory: {
      bytesLocked: sum(({ memory }) => memory.bytesLocked),
      bytesUnlocked: sum(({ memory }) => memory.bytesUnlocked),
      bytesInUse: sum(({ memory }) => memory.bytesInUse),
    },
  });
}

function urlOf(scheme: string, { address, port }: AddressInfo): string {
  return `${scheme}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
