// From a checked tarball to headers and libcrypto.a in a folder.

import { cp, mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { BuildError } from './build_error.mjs';
import { configureEnvironment, configureFlags } from './configure_flags.mjs';
import { ProgressLine } from './progress_line.mjs';
import { runTool } from './run_tool.mjs';

const compilation = / -c -o /;

/**
 * Unpacks, configures, builds and installs into `target`; deletes the sources and objects.
 *
 * @throws BuildError when a step fails, with the end of its output
 */
export async function compile({ version, file, keep = false }, folder, target) {
  const source = path.join(folder, 'source');
  await mkdir(source);
  await unpack(file, source);
  if (!keep) await rm(file);
  const env = configureEnvironment();
  process.stderr.write(`OpenSSL ${version}: configuring\n`);
  await runTool('perl', ['Configure', ...configureFlags], { cwd: source, env });
  await make(version, source, env);
  await install(source, target);
  await rm(source, { recursive: true });
}

async function unpack(file, source) {
  try {
    await runTool('tar', ['-xzf', file, '-C', source, '--strip-components=1', '--no-same-owner']);
  } catch (error) {
    throw new BuildError(
      `the OpenSSL tarball could not be unpacked (${error.message.replace(/\.$/, '')}): free ` +
        'at least 400 MB in the cache folder and build again.',
      error,
    );
  }
}

async function make(version, source, env) {
  const jobs = `-j${availableParallelism()}`;
  // Two runs: libcrypto.a alone does not make the generated headers first.
  await runTool('make', [jobs, 'build_generated'], { cwd: source, env });
  const plan = await runTool('make', ['-n', 'libcrypto.a'], { cwd: source, env });
  const files = plan.split('\n').filter((line) => compilation.test(line)).length;
  const progress = new ProgressLine(`OpenSSL ${version}: compiling ${files} files`, files);
  const onLine = (line) => compilation.test(line) && progress.advance();
  await runTool('make', [jobs, 'libcrypto.a'], { cwd: source, env, onLine });
  progress.finish();
}

async function install(source, target) {
  await mkdir(path.join(target, 'lib'), { recursive: true });
  await cp(path.join(source, 'libcrypto.a'), path.join(target, 'lib', 'libcrypto.a'));
  await cp(path.join(source, 'LICENSE.txt'), path.join(target, 'LICENSE.txt'));
  await cp(path.join(source, 'include', 'openssl'), path.join(target, 'include', 'openssl'), {
    recursive: true,
    filter: (name) => !name.endsWith('.in'),
  });
}
