// Which file a name leads to, so that a file that was taken away, or replaced by another of the same
// name, is told from the one that was opened.

import { statSync } from 'node:fs';

/** Device and number of the file; undefined when there is none. */
export function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
