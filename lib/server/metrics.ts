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

/** What is counted of an operation. */
interface Counts {
  /** By error's code or `''`. */
  readonly requests: Map<string, number>;
  readonly latency: Latency;
}

/** Counts the requests of one process. */
export class Metrics {
  /** By service and operation. */
  readonly #counts = new Map<string, Map<string, Counts>>();

  observe(request: ServedRequest, seconds: number): void {
    const { service = 'unknown', operation = 'unknown', error } = request;
    const { requests, latency } = this.#countsOf(service, operation);
    const code = error?.code ?? '';
    requests.set(code, (requests.get(code) ?? 0) + 1);
    const bucket = latencyBoundsSeconds.findIndex((bound) => seconds <= bound);
    const place = bucket < 0 ? latencyBoundsSeconds.length : bucket;
    latency.buckets[place] = (latency.buckets[place] as number) + 1;
    latency.sumSeconds += seconds;
  }

  snapshot(): MetricsSnapshot {
    const counts = [...this.#counts].flatMap(([service, operations]) =>
      [...operations].map(([operation, counted]) => [`${service}/${operation}`, counted] as const),
    );
    const requests = counts.flatMap(([name, counted]) =>
      [...counted.requests].map(([code, count]) => [`${name}/${code}`, count] as const),
    );
    const latencies = counts.map(([name, { latency }]) => [name, latency] as const);
    return { requests: Object.fromEntries(requests), latencies: Object.fromEntries(latencies) };
  }

  #countsOf(service: string, operation: string): Counts {
    const operations = this.#counts.get(service) ?? new Map<string, Counts>();
    const known = operations.get(operation);
    if (known !== undefined) return known;
    const counts = { requests: new Map<string, number>(), latency: newLatency() };
    this.#counts.set(service, operations.set(operation, counts));
    return counts;
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
