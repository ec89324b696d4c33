// A machine as a user's may be: Node.js, npm and what an operating system has anyway, but no compiler, make or Python.

import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, registryEnvironment, run } from './npm_registry.js';

const commands = ['sh', 'env', 'cat', 'ls', 'mkdir', 'rm', 'uname', 'dirname'];

export class BareMachine {
  /** An empty folder to install in. */
  readonly folder: string;
  readonly #environment: Record<string, string>;
  readonly #node: string;

  /**
   * @param node - a Node.js binary
   * @param npm - the folder of an npm package
   */
  constructor(parent: string, name: string, node: string, npm: string) {
    const bin = path.join(parent, name, 'bin');
    this.folder = path.join(parent, name, 'project');
    mkdirSync(bin, { recursive: true });
    mkdirSync(this.folder);
    symlinkSync(node, path.join(bin, 'node'));
    symlinkSync(path.join(npm, 'bin', 'npm-cli.js'), path.join(bin, 'npm'));
    for (const command of commands) symlinkSync(findCommand(command), path.join(bin, command));
    this.#environment = { ...registryEnvironment(parent), PATH: bin };
    this.#node = path.join(bin, 'node');
  }

  npmInstall(tarball: string, ...options: string[]): Outcome {
    return this.#run('npm', ['install', '--no-audit', '--no-fund', ...options, tarball]);
  }

  /** Runs a user's first program on the installed package. */
  roundTrip(): Outcome {
    const program = path.join(this.folder, 'round_trip.mjs');
    copyFileSync(fileURLToPath(new URL('round_trip.mjs', import.meta.url)), program);
    return this.#run(this.#node, [program]);
  }

  installed(...names: string[]): string {
    return path.join(this.folder, 'node_modules', ...names);
  }

  #run(program: string, args: string[]): Outcome {
    const command = path.isAbsolute(program)
      ? program
      : path.join(this.#environment['PATH'] ?? '', program);
    return run(command, args, this.folder, this.#environment);
  }
}

function findCommand(name: string): string {
  const folders = ['/bin', '/usr/bin'];
  const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`this machine has no ${name}`);
  return found;
}
