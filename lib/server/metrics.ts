// What a server counts: requests by operation and error, and how long they take. Counts of several
// processes add up.

import type { ServedRequest } from './served_request.js';

/** The upper bounds of the buckets of the latency histogram, in seconds. */
export const latencyBoundsSeconds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** How long the requests of an operation took. */
export interface Latency {
  /** Requests by the first bound that they are within; the last one has no bound. */
  readonly buckets: number[];
  sumSeconds: number;
}

/** Counts, as they pass between processes. */
export interface MetricsSnapshot {
  /** By service, operation and error's code or `''`, with `/` between them. */
  readonly requests: Readonly<Record<string, number>>;
  /** By service and operation, with `/` between them. */
  readonly latencies: Readonly<Record<string, Latency>>;
}

/** Counts the requests of one process. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #latencies = new Map<string, Latency>();

  observe(request: ServedRequest, seconds: number): void {
    const { service = 'unknown', operation = 'unknown', error } = request;
    const name = `${service}/${operation}`;
    const counted = `${name}/${error?.code ?? ''}`;
    this.#requests.set(counted, (this.#requests.get(counted) ?? 0) + 1);
    const latency = this.#latencies.get(name) ?? newLatency();
    this.#latencies.set(name, latency);
    const bucket = latencyBoundsSeconds.findIndex((bound) => seconds <= bound);
    const place = bucket < 0 ? latencyBoundsSeconds.length : bucket;
    latency.buckets[place] = (latency.buckets[place] as number) + 1;
    latency.sumSeconds += seconds;
  }

  snapshot(): MetricsSnapshot {
    return {
      requests: Object.fromEntries(this.#requests),
      latencies: Object.fromEntries(this.#latencies),
    };
  }
}

/** Adds up what several processes counted. */
export function addSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const requests: Record<string, number> = {};
  const latencies: Record<string, Latency> = {};
  for (const snapshot of snapshots) {
    for (const [name, count] of Object.entries(snapshot.requests))
      requests[name] = (requests[name] ?? 0) + count;
    for (const [name, { buckets, sumSeconds }] of Object.entries(snapshot.latencies)) {
      const sum = latencies[name] ?? newLatency();
      latencies[name] = sum;
      sum.sumSeconds += sumSeconds;
      for (let i = 0; i < buckets.length; i++)
        sum.buckets[i] = (sum.buckets[i] as number) + (buckets[i] as number);
    }
  }
  return { requests, latencies };
}

function newLatency(): Latency {
  return { buckets: new Array(latencyBoundsSeconds.length + 1).fill(0), sumSeconds: 0 };
}
