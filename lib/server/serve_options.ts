// What serve takes, checked.

import { demand, refuseUnknown } from '../kms_options.js';
import type { CheckedHandlerOptions, HandlerOptions } from './handler_options.js';
import { checkHandlerOptions, handlerOptionNames } from './handler_options.js';
import type { ConnectionLimits, TlsOptions } from './http_server.js';
import { isLoopback } from './loopback.js';

/** What {@link serve} takes. */
export interface ServeOptions extends HandlerOptions {
  /** The address to listen on. Default `127.0.0.1`: this machine alone. */
  readonly host?: string | undefined;
  /** Default 8080; 0: any that is free. */
  readonly port?: number | undefined;
  /** Certificate and key: HTTPS in the place of HTTP. */
  readonly tls?: TlsOptions | undefined;
  /**
   * The port of `/healthz` and `/metrics`, always on 127.0.0.1. Default 8081; 0: any that is free;
   * false: none.
   */
  readonly metricsPort?: number | false | undefined;
  /** Processes that serve: 1 to 256. Default 1, which is this one. */
  readonly workers?: number | undefined;
  /** How long the headers of a request may take, in milliseconds. Default 10,000. */
  readonly headersTimeoutMs?: number | undefined;
  /** How long a whole request may take, in milliseconds. Default 30,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a connection may be idle, in milliseconds. Default 60,000. */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** Connections of a process at a time. Default 16,384. */
  readonly connectionsMax?: number | undefined;
}

/** The options, complete. */
export interface CheckedServeOptions {
  readonly handler: CheckedHandlerOptions;
  readonly host: string;
  readonly port: number;
  readonly tls: TlsOptions | undefined;
  readonly metricsPort: number | undefined;
  readonly workers: number;
  readonly limits: ConnectionLimits;
}

const ownNames = [
  'host',
  'port',
  'tls',
  'metricsPort',
  'workers',
  'headersTimeoutMs',
  'requestTimeoutMs',
  'keepAliveTimeoutMs',
  'connectionsMax',
];
const dayMs = 86_400_000;

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function checkServeOptions(options: ServeOptions): CheckedServeOptions {
  refuseUnknown(options, [...ownNames, ...handlerOptionNames]);
  const { host = '127.0.0.1', port = 8080, tls, metricsPort = 8081, workers = 1 } = options;
  demand(typeof host === 'string' && host.length > 0, '`host` must be an address');
  demandCount('port', port, 0, 65_535);
  if (metricsPort !== false) demandCount('metricsPort', metricsPort, 0, 65_535);
  demandCount('workers', workers, 1, 256);
  demand(tls === undefined || (typeof tls === 'object' && tls !== null), '`tls` must be an object');
  const handler = checkHandlerOptions(pick(options, handlerOptionNames));
  demand(
    !handler.insecureNoAuth || isLoopback(host),
    '`insecureNoAuth` serves this machine alone: `host` must be a loopback address',
  );
  return {
    handler,
    host,
    port,
    tls,
    metricsPort: metricsPort === false ? undefined : metricsPort,
    workers,
    limits: checkLimits(options),
  };
}

function checkLimits(options: ServeOptions): ConnectionLimits {
  const { headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const { keepAliveTimeoutMs = 60_000, connectionsMax = 16_384 } = options;
  const timeouts = { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs };
  for (const [name, value] of Object.entries(timeouts)) demandCount(name, value, 1, dayMs);
  demand(headersTimeoutMs <= requestTimeoutMs, '`headersTimeoutMs` is part of `requestTimeoutMs`');
  demandCount('connectionsMax', connectionsMax, 1, 1_000_000);
  return { ...timeouts, connectionsMax };
}

function demandCount(name: string, value: number, min: number, max: number): void {
  const isCount = Number.isInteger(value) && value >= min && value <= max;
  demand(isCount, `\`${name}\` must be a whole number from ${min} to ${max}`);
}

function pick(options: object, names: readonly string[]): HandlerOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}
