// Metrics in the text format of Prometheus.
// https://prometheus.io/docs/instrumenting/exposition_formats/

import type { Latency, MetricsSnapshot } from './metrics.js';
import { latencyBoundsSeconds } from './metrics.js';

/** What else a server tells of itself. */
export interface Gauges {
  /** Keys in the store by key state. */
  readonly keys: Readonly<Record<string, number>>;
  /** Of secure memory, over all processes. */
  readonly memory: {
    readonly bytesLocked: number;
    readonly bytesUnlocked: number;
    readonly bytesInUse: number;
  };
  readonly inFlight: number;
  readonly workers: number;
}

/** The content type of the text. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** All metrics. */
export function formatMetrics({ requests, latencies }: MetricsSnapshot, gauges: Gauges): string {
  const lines = [
    ...head('keystead_requests_total', 'counter', 'Requests by operation and error.'),
    ...Object.entries(requests).map(
      ([name, count]) => `keystead_requests_total${labelsOf(name)} ${count}`,
    ),
    ...head(
      'keystead_request_seconds',
      'histogram',
      'From the first byte of a request to the last of its answer.',
    ),
    ...Object.entries(latencies).flatMap(([name, latency]) => histogram(name, latency)),
    ...gauge('keystead_requests_in_flight', 'Requests that are being served.', gauges.inFlight),
    ...gauge('keystead_workers', 'Processes that serve requests.', gauges.workers),
    ...head('keystead_keys', 'gauge', 'KMS keys in the store by key state.'),
    ...Object.entries(gauges.keys).map(
      ([state, count]) => `keystead_keys{state="${state}"} ${count}`,
    ),
    ...memory(gauges.memory),
  ];
  return `${lines.join('\n')}\n`;
}

function memory({ bytesLocked, bytesUnlocked, bytesInUse }: Gauges['memory']): string[] {
  return [
    ...gauge('keystead_secure_memory_locked_bytes', 'Secure memory that is locked.', bytesLocked),
    ...gauge(
      'keystead_secure_memory_unlocked_bytes',
      'Secure memory that could not be locked.',
      bytesUnlocked,
    ),
    ...gauge('keystead_secure_memory_used_bytes', 'Secure memory in use.', bytesInUse),
  ];
}

function gauge(name: string, help: string, value: number): string[] {
  return [...head(name, 'gauge', help), `${name} ${value}`];
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

/** Names of services, operations and errors hold nothing that a label must escape. */
function labelsOf(name: string, ...more: readonly string[]): string {
  const [service, operation, error] = name.split('/');
  const labels = [`service="${service}"`, `operation="${operation}"`];
  if (error !== undefined) labels.push(`error="${error}"`);
  return `{${[...labels, ...more].join(',')}}`;
}

/** Buckets add up. */
function histogram(name: string, { buckets, sumSeconds }: Latency): string[] {
  let count = 0;
  const lines = buckets.map((within, i) => {
    count += within;
    const bound = latencyBoundsSeconds[i] ?? '+Inf';
    return `keystead_request_seconds_bucket${labelsOf(name, `le="${bound}"`)} ${count}`;
  });
  return [
    ...lines,
    `keystead_request_seconds_sum${labelsOf(name)} ${sumSeconds}`,
    `keystead_request_seconds_count${labelsOf(name)} ${count}`,
  ];
}
