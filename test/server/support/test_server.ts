// Servers for tests, on loopback and any free port.

import { Kms } from '../../../lib/kms.js';
import type { KmsOpenOptions } from '../../../lib/kms_options.js';
import { type KmsServer, serve } from '../../../lib/server/serve.js';
import type { ServeOptions } from '../../../lib/server/serve_options.js';

export const account = '111122223333';
export const region = 'eu-central-1';

export interface TestServer {
  readonly kms: Kms;
  readonly server: KmsServer;
  readonly url: string;
  /** Faults that the server has told of. */
  readonly faults: unknown[];
  close(): Promise<void>;
}

/** A server on a store in memory. */
export async function startServer(
  options: ServeOptions = {},
  open: Partial<KmsOpenOptions> = {},
): Promise<TestServer> {
  const kms = await Kms.open({ store: 'memory', account, region, ...open });
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const server = await serve(kms, { port: 0, metricsPort: false, onFault, ...options });
  return {
    kms,
    server,
    url: server.url,
    faults,
    async close() {
      await server.close({ graceMs: 1000 });
      await kms.close();
    },
  };
}

/** An access key, as clients sign with it. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An access key of the account's root, or of a user. */
export async function makeAccessKey({ kms }: TestServer, UserName?: string): Promise<Credentials> {
  const { AccessKey } = await kms.iam.createAccessKey(UserName === undefined ? {} : { UserName });
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
