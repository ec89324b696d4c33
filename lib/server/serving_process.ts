// One process that serves: the listening socket, the endpoint behind it, and what it counts.

import type { AddressInfo } from 'node:net';
import type { NativeInfo } from '../hsm/index.js';
import { nativeInfo } from '../hsm/index.js';
import type { Backend } from './backend.js';
import { Endpoint } from './endpoint.js';
import { HttpServer } from './http_server.js';
import type { MetricsSnapshot } from './metrics.js';
import { Metrics } from './metrics.js';
import { isTooLong } from './request_body.js';
import type { CheckedServeOptions } from './serve_options.js';

/** What a process tells of itself. */
export interface ProcessReport {
  readonly metrics: MetricsSnapshot;
  readonly inFlight: number;
  readonly memory: Pick<NativeInfo['memory'], 'bytesLocked' | 'bytesUnlocked' | 'bytesInUse'>;
}

/** A process that serves. */
export interface ServingProcess {
  readonly address: AddressInfo;
  report(): ProcessReport;
  /** @returns whether all requests in flight ended by themselves */
  close(graceMs: number): Promise<boolean>;
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT when the address cannot be had */
export async function startServing(
  backend: Backend,
  { handler, host, port, tls, limits }: CheckedServeOptions,
): Promise<ServingProcess> {
  const metrics = new Metrics();
  const endpoint = new Endpoint(backend, {
    ...handler,
    afterRequest(request, seconds) {
      metrics.observe(request, seconds);
      handler.afterRequest?.(request, seconds);
    },
  });
  const server = new HttpServer(tls, limits, (request, response, asksFirst) => {
    // Whoever asks first need not send what is too long.
    if (asksFirst && !isTooLong(request, handler.maxBodyBytes)) response.writeContinue();
    void endpoint.serve(request, response);
  });
  return {
    address: await server.listen(host, port),
    report: () => ({
      metrics: metrics.snapshot(),
      inFlight: endpoint.inFlight,
      memory: nativeInfo().memory,
    }),
    close(graceMs) {
      endpoint.beginClose();
      return server.close(graceMs);
    },
  };
}
