// Where the Node-API headers are, for node-gyp's --nodedir: without it node-gyp and prebuildify
// download them.

import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

// What node-gyp expects beside the headers; Node's own copy holds the flags Node was built with,
// which ours replace.
const commonGypi = `{
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': {
      'Release': {'cflags': ['-O2']},
      'Debug': {'cflags': ['-O0', '-g']},
    },
    'cflags': ['-fPIC', '-pthread'],
    'cflags_cc': ['-fno-rtti', '-fno-exceptions'],
    'ldflags': ['-pthread'],
  },
}
`;

/** A folder with include/node/node_api.h: the running Node's, else one made of node-api-headers. */
export async function nodeHeaders() {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  return holdsHeaders(prefix) ? prefix : headersFromPackage();
}

function holdsHeaders(prefix) {
  const include = path.join(prefix, 'include', 'node');
  return ['node_api.h', 'common.gypi'].every((name) => existsSync(path.join(include, name)));
}

/** Such a folder made of node-api-headers, the same whatever Node runs the build. */
export async function headersFromPackage() {
  const require = createRequire(import.meta.url);
  const packageFolder = path.dirname(require.resolve('node-api-headers/package.json'));
  const prefix = path.resolve(import.meta.dirname, '..', 'build', 'node_headers');
  const include = path.join(prefix, 'include', 'node');
  await mkdir(include, { recursive: true });
  await cp(path.join(packageFolder, 'include'), include, { recursive: true });
  await writeFile(path.join(include, 'common.gypi'), commonGypi);
  // Empty of targets' settings on purpose: node-gyp adds what it needs.
  await writeFile(path.join(include, 'config.gypi'), "{'target_defaults': {}, 'variables': {}}\n");
  return prefix;
}
