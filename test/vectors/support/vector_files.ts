// Where the published vectors are: the folder that KEYSTEAD_VECTORS names, else ../shared/vectors
// beside the checkout.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { it, type TestContext } from 'vitest';

const folder =
  process.env['KEYSTEAD_VECTORS'] ??
  fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));

/** Where a vector file is, or would be. */
export function vectorFile(name: string): string {
  return path.join(folder, name);
}

/** A test over the texts of vector files: skipped, with the reason, where one is absent. */
export function itWithVectors<const Names extends readonly string[]>(
  names: Names,
  run: (...texts: { [Index in keyof Names]: string }) => void | Promise<void>,
  timeoutMs = 60_000,
): void {
  const files = names.map(vectorFile);
  it(names.join(' and '), { timeout: timeoutMs }, async (context: TestContext) => {
    const absent = files.find((file) => !existsSync(file));
    if (absent) context.skip(`no vectors at ${absent} (KEYSTEAD_VECTORS names their folder)`);
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    await run(...(texts as { [Index in keyof Names]: string }));
  });
}
