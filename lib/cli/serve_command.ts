// `keystead serve`: the endpoint for the AWS CLI and the SDKs.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { KmsServer, ServeOptions, TlsOptions } from '../server/index.js';
import { serve } from '../server/index.js';
import { CliError, exitCodes, formatFailure, toldFailure, usageError } from './cli_failure.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore } from './store_options.js';

const examples = `
Ends at SIGTERM and SIGINT: takes no further connections, finishes the requests in flight, and closes the
store. SIGHUP replaces the workers, one after the other.

Examples:
  $ keystead serve --path ./keys --port 8080
  $ aws --endpoint-url http://127.0.0.1:8080 kms list-keys
  $ keystead serve --host 0.0.0.0 --tls-cert server.pem --tls-key server.key --workers 4`;

interface GivenServer extends StoreOptions {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number | false;
  readonly workers: number;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly insecureNoAuth?: boolean | undefined;
  readonly audit: boolean;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'serves the store to the AWS CLI and the SDKs, on this machine unless told otherwise',
    )
    .addOption(new Option('--host <address>', 'the address to listen on').default('127.0.0.1'))
    .addOption(new Option('--port <number>', '0: any that is free').default(8080).argParser(toPort))
    .addOption(
      new Option('--metrics-port <number>', 'for /healthz and /metrics, on 127.0.0.1')
        .default(8081)
        .argParser(toPort),
    )
    .addOption(new Option('--no-metrics', 'neither /healthz nor /metrics'))
    .addOption(
      new Option('--workers <number>', 'processes that serve').default(1).argParser(toCount),
    )
    .addOption(new Option('--tls-cert <file>', 'a certificate chain in PEM: HTTPS'))
    .addOption(new Option('--tls-key <file>', "the certificate's key in PEM"))
    .addOption(
      new Option(
        '--insecure-no-auth',
        "serves whoever asks, unsigned, as the account's root: on this machine alone, for development",
      ),
    )
    .addOption(new Option('--no-audit', 'writes no audit trail'))
    .addHelpText('after', examples)
    .action((_, self: Command) => run(self));
  return addStoreOptions(command);
}

async function run(command: Command): Promise<void> {
  const options = command.opts<GivenServer>();
  const kms = await openStore(options, options.audit);
  try {
    const server = await serve(kms, serveOptions(options, command));
    process.stderr.write(`keystead: serving ${server.url}\n`);
    if (server.monitorUrl !== undefined)
      process.stderr.write(`keystead: /healthz and /metrics at ${server.monitorUrl}\n`);
    await untilTold(server);
    await server.close();
  } finally {
    await kms.close();
  }
}

/** Until the operator ends it. */
async function untilTold(server: KmsServer): Promise<void> {
  process.on('SIGHUP', () => void restart(server));
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
}

/** Workers that cannot be replaced go on serving. */
async function restart(server: KmsServer): Promise<void> {
  try {
    await server.restart();
  } catch (error) {
    process.stderr.write(formatFailure(toldFailure(error), false));
  }
}

function serveOptions(
  options: GivenServer & { readonly metrics?: boolean },
  command: Command,
): ServeOptions {
  const { host, port, workers, metricsPort, metrics, insecureNoAuth } = options;
  // What the environment says is a default for clients: it shuts no Region out.
  const isGiven = command.getOptionValueSource('region') === 'cli';
  return {
    host,
    port,
    workers,
    metricsPort: metrics === false ? false : metricsPort,
    insecureNoAuth,
    region: isGiven ? options.region : undefined,
    tls: tlsOf(options),
  };
}

function tlsOf({ tlsCert, tlsKey }: GivenServer): TlsOptions | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw usageError('--tls-cert and --tls-key go together');
  return { cert: readPem(tlsCert), key: readPem(tlsKey) };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(exitCodes.environment, 'TlsFile', (error as Error).message);
  }
}

function toPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usageError(`'${text}' is no port`);
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw usageError(`'${text}' is no number of workers`);
}
