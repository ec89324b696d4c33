// `npm run prebuild`: the binary that the published package carries, in prebuilds/. Made against an
// old C library, with libstdc++ and libgcc linked statically, from the newest pin of OpenSSL.

import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BuildError, exitWithError } from '../native/openssl/build_error.mjs';
import { ProgressLine } from '../native/openssl/progress_line.mjs';
import { provideOpenSsl } from '../native/openssl/provide.mjs';
import { runTool } from '../native/openssl/run_tool.mjs';
import { compilerEnvironment } from '../native/sysroot/compilers.mjs';
import { provideSysroot } from '../native/sysroot/provide.mjs';
import { checkTools } from './check_tools.mjs';
import { nodeGypEnvironment, showStep } from './node_gyp_run.mjs';
import { headersFromPackage } from './node_headers.mjs';
import {
  announceRule,
  olderIsAllowed,
  refuseOwnLibrary,
  requireNewestPin,
} from './prebuild/release_rule.mjs';
import { stageSources } from './prebuild/staged_sources.mjs';

const root = path.resolve(import.meta.dirname, '..');

async function prebuild() {
  if (process.platform !== 'linux') {
    throw new BuildError(`prebuilt binaries are made on Linux only, not on ${process.platform}.`);
  }
  checkTools();
  refuseOwnLibrary();
  announceRule();
  const sysroot = await provideSysroot();
  process.stderr.write(`sysroot: ${sysroot}\n`);
  // For the builds of OpenSSL and of the addon alike.
  Object.assign(process.env, compilerEnvironment(sysroot));
  const openssl = await provideOpenSsl({ newestPinOnly: !olderIsAllowed() });
  requireNewestPin(openssl.version);
  process.stderr.write(`OpenSSL ${openssl.version}: ${openssl.folder}\n`);
  await rm(path.join(root, 'prebuilds'), { recursive: true, force: true });
  const sources = await stageSources(root);
  await prebuildify(sources, openssl);
  await rm(sources, { recursive: true });
}

async function prebuildify(folder, openssl) {
  const program = createRequire(import.meta.url).resolve('prebuildify/bin.js');
  const progress = new ProgressLine('the prebuilt addon: compiling', 0);
  await runTool(process.execPath, [program, ...options(folder)], {
    cwd: folder,
    env: await environment(openssl),
    onLine: showStep,
  });
  progress.finish();
}

function options(folder) {
  return [
    '--napi',
    '--strip',
    '--tag-libc=glibc',
    `--target=node@${process.versions.node}`, // not in the name of a Node-API binary
    '--name=keystead',
    `--node-gyp=${path.join(root, 'node_modules', '.bin', 'node-gyp')}`,
    `--cache=${path.join(folder, 'cache')}`,
    `--out=${root}`,
  ];
}

async function environment({ include, library }) {
  // The headers of a package, not this Node's: the binary is the same whatever makes it.
  const nodedir = await headersFromPackage();
  const variables = [
    `openssl_include='${include}'`,
    `openssl_library='${library}'`,
    'keystead_portable=1',
  ];
  const GYP_DEFINES = variables.join(' ');
  return { ...nodeGypEnvironment({ nodedir, jobs: 'max', loglevel: 'warn' }), GYP_DEFINES };
}

prebuild().catch(exitWithError);
