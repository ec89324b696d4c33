// The checkout, as the package is made from it.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The binary of this machine's kind, whether it has been made or not. */
export const prebuiltName = `prebuilds/linux-${process.arch}/keystead.glibc.node`;
export const prebuilt = path.join(root, prebuiltName);

/** True under `npm run test:package`, which makes the binary first and may take minutes. */
export const wholePackage = process.env['KEYSTEAD_PACKAGE'] === '1';

/** Whether the tests of the binary have one to read: where it was to be made, its absence is a failure. */
export const hasPrebuilt = wholePackage || existsSync(prebuilt);

export function manifest(): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
}
