// `node scripts/build_native.mjs [--debug]`: the private OpenSSL, then the addon and the core's
// test programs. --debug gives symbols, and sanitizers when KEYSTEAD_SANITIZE names them (address,
// undefined, ...).

import { createRequire } from 'node:module';
import path from 'node:path';
import { BuildError, exitWithError } from '../native/openssl/build_error.mjs';
import { ProgressLine } from '../native/openssl/progress_line.mjs';
import { provideOpenSsl } from '../native/openssl/provide.mjs';
import { runTool } from '../native/openssl/run_tool.mjs';
import { checkTools } from './check_tools.mjs';
import { nodeGypEnvironment, showStep } from './node_gyp_run.mjs';
import { nodeHeaders } from './node_headers.mjs';

const root = path.resolve(import.meta.dirname, '..');
const debug = process.argv.includes('--debug');

async function buildNative() {
  if (process.platform !== 'linux') {
    throw new BuildError(`Keystead builds on Linux only, not on ${process.platform}, so far.`);
  }
  checkTools();
  const openssl = await provideOpenSsl();
  process.stderr.write(`OpenSSL ${openssl.version}: ${openssl.folder}\n`);
  await nodeGyp(['configure', ...(await headerOptions()), '--', ...gypVariables(openssl)]);
  const progress = new ProgressLine('the addon and the test programs: compiling', 0);
  await nodeGyp(['build', ...(await headerOptions()), '--jobs=max'], showStep);
  progress.finish();
}

async function headerOptions() {
  return [debug ? '--debug' : '--release', `--nodedir=${await nodeHeaders()}`, '--loglevel=warn'];
}

function gypVariables({ include, library }) {
  return [
    `-Dopenssl_include=${include}`,
    `-Dopenssl_library=${library}`,
    '-Dkeystead_tests=1',
    `-Dkeystead_sanitize=${debug ? (process.env.KEYSTEAD_SANITIZE ?? '') : ''}`,
  ];
}

async function nodeGyp(args, onLine) {
  const program = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const options = { cwd: root, env: nodeGypEnvironment(), onLine };
  try {
    await runTool(process.execPath, [program, ...args], options);
  } catch (error) {
    throw new BuildError(
      `node-gyp ${args[0]} failed: the lines above say why; mend that and run npm run build.`,
      error,
    );
  }
}

buildNative().catch(exitWithError);
