// The real AWS CLI, with nothing of the user's configuration, talking to a server on loopback.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Credentials, region } from './test_server.js';

const { stdout: versionText } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
const [major = 0, minor = 0] = (/aws-cli\/(\d+)\.(\d+)/.exec(versionText ?? '') ?? [])
  .slice(1)
  .map(Number);

/** Whether the CLI is installed. */
export const hasAwsCli = major > 0;

/** Whether it takes a profile's `endpoint_url`, as it does since 1.29 and 2.13. */
export const readsEndpointOfProfile = major === 1 ? minor >= 29 : minor >= 13;

/** What a program did. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The CLI for one caller. */
export class AwsCli {
  readonly #url: string;
  readonly #folder: string;
  readonly #credentials: Credentials | undefined;

  /** @param credentials - undefined: the CLI finds its own in the folder's configuration */
  constructor(url: string, folder: string, credentials?: Credentials) {
    this.#url = url;
    this.#folder = folder;
    this.#credentials = credentials;
  }

  /** `aws ARGS --endpoint-url …` */
  run(...args: readonly string[]): Promise<Outcome> {
    return this.#spawn('aws', [...args, '--endpoint-url', this.#url]);
  }

  /** The parsed output of a command that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: the output of any command.
  async json(...args: readonly string[]): Promise<any> {
    const { status, stdout, stderr } = await this.run(...args, '--output', 'json');
    if (status !== 0) throw new Error(`aws ${args.join(' ')}: ${stderr}`);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }

  /** What a command that must fail says. */
  async failure(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(...args);
    if (status === 0) throw new Error(`aws ${args.join(' ')} succeeded: ${stdout}`);
    return stderr.trim();
  }

  /** A script in the folder, in which `aws` goes to the server. */
  script(script: string): Promise<Outcome> {
    const aws = `aws() { command aws "$@" --endpoint-url '${this.#url}'; }`;
    return this.#spawn('bash', ['-euc', `set -o pipefail\n${aws}\n${script}`]);
  }

  async #spawn(program: string, args: readonly string[]): Promise<Outcome> {
    const options = { cwd: this.#folder, env: this.#environment() };
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [status] = await once(child, 'close');
    const [stdout, told] = await output;
    // Newer ones say whose error it is.
    return { status, stdout, stderr: told.replace(/^aws: \[ERROR\]: /m, '') };
  }

  #environment(): NodeJS.ProcessEnv {
    const { accessKeyId, secretAccessKey, sessionToken } = this.#credentials ?? {};
    return {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      HOME: this.#folder,
      AWS_CONFIG_FILE: `${this.#folder}/config`,
      AWS_SHARED_CREDENTIALS_FILE: `${this.#folder}/credentials`,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      ...(accessKeyId === undefined ? {} : { AWS_ACCESS_KEY_ID: accessKeyId }),
      ...(secretAccessKey === undefined ? {} : { AWS_SECRET_ACCESS_KEY: secretAccessKey }),
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    };
  }
}
