// A copy of what the addon is made of, below `build`: the checkout's own binary and test programs
// stay as they are.

import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

const sources = ['package.json', 'binding.gyp', 'native', 'scripts'];

/**
 * @param {string} root the checkout
 * @returns {Promise<string>} the folder to run node-gyp in
 */
export async function stageSources(root) {
  const folder = path.join(root, 'build', 'prebuild');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of sources) {
    await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}
