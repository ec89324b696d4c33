// `npm publish` runs this first: nothing is published without a binary, or with one that was not
// made from the newest pin of OpenSSL.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { BuildError, exitWithError } from '../native/openssl/build_error.mjs';
import { requireNewestPin } from './prebuild/release_rule.mjs';

const root = path.resolve(import.meta.dirname, '..');

async function checkRelease() {
  if (!existsSync(path.join(root, 'prebuilds', `linux-${process.arch}`))) {
    throw new BuildError('there is no binary to publish: run npm run prebuild first.');
  }
  process.env.PREBUILDS_ONLY = '1'; // node-gyp-build: not the checkout's own
  const { nativeInfo } = await import('../dist/index.js');
  const [, version] = /^OpenSSL (\S+)/.exec(nativeInfo().openssl) ?? [];
  requireNewestPin(version, {});
}

checkRelease().catch(exitWithError);
