// Programs from the npm registry, by the configuration npm has here, for an environment that has nothing else.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Outcome {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What npm must know to reach its registry, and a home folder and cache of its own below the folder. */
export function registryEnvironment(folder: string): Record<string, string> {
  const env: Record<string, string> = {
    HOME: folder,
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_registry: npmSetting('registry'),
    npm_config_update_notifier: 'false',
  };
  const cafile = npmSetting('cafile');
  if (cafile !== '' && cafile !== 'null') env['npm_config_cafile'] = cafile;
  for (const name of ['NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']) {
    const value = process.env[name] ?? process.env[name.toLowerCase()];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Undefined when the registry answers; else why the tests that need it cannot run. */
export function registryFailure(): string | undefined {
  const args = ['view', 'npm', 'version', '--fetch-retries=0', '--fetch-timeout=20000'];
  const { status, stderr } = run('npm', args, process.cwd(), process.env);
  if (status === 0) return undefined;
  const [code = ''] = /(?<=code )\w+/.exec(stderr) ?? [];
  return `the npm registry cannot be reached: ${code}`;
}

/** Installs packages, each under a name of the caller's, and gives the folder of each. */
export function installPrograms(folder: string, wanted: Record<string, string>) {
  mkdirSync(folder, { recursive: true });
  const specifications = Object.entries(wanted).map(([name, spec]) => `${name}@npm:${spec}`);
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  const env = { ...process.env, ...registryEnvironment(path.dirname(folder)) };
  execFileSync('npm', [...args, ...specifications], { cwd: folder, env, stdio: 'pipe' });
  return (name: string) => path.join(folder, 'node_modules', name);
}

function npmSetting(name: string): string {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', stdio: 'pipe' }).trim();
}
