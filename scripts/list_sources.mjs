// `node scripts/list_sources.mjs FOLDER [PREFIX]` prints the C++ sources of a folder for
// binding.gyp.

import { existsSync, readdirSync } from 'node:fs';

const [folder, prefix = ''] = process.argv.slice(2);
const names = existsSync(folder) ? readdirSync(folder) : [];
for (const name of names.sort()) {
  if (name.startsWith(prefix) && name.endsWith('.cc')) console.log(`${folder}/${name}`);
}
