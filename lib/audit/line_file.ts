// A file that only grows by whole lines. Lines that are handed in together are written together; what
// could not be written whole is cut off again, so that the next line does not follow half a one.

import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { KeysteadError } from '../errors.js';

export class LineFile {
  readonly #file: FileHandle;
  #sizeBytes = 0;
  /** True when half a line may stand at the end. */
  #isTorn = false;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file, for its owner alone. @throws KeysteadError ERR_AUDIT */
  static async create(path: string): Promise<LineFile> {
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
    return new LineFile(await failing(() => open(path, flags, 0o600)));
  }

  /** @throws KeysteadError ERR_AUDIT when the lines were not written, none of them */
  async append(lines: string): Promise<void> {
    const bytes = Buffer.from(lines, 'utf8');
    await failing(async () => {
      await this.#mend();
      this.#isTorn = true;
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(
          bytes,
          done,
          bytes.length - done,
          this.#sizeBytes + done,
        );
        done += bytesWritten;
      }
      this.#isTorn = false;
      this.#sizeBytes += bytes.length;
    });
  }

  /** @throws KeysteadError ERR_AUDIT */
  async sync(): Promise<void> {
    await failing(() => this.#file.datasync());
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #mend(): Promise<void> {
    if (this.#isTorn) await this.#file.truncate(this.#sizeBytes);
    this.#isTorn = false;
  }
}

/** What fails in it is the trail's failure. @throws KeysteadError ERR_AUDIT */
export async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { message } = cause as Error;
    throw new KeysteadError('ERR_AUDIT', `the audit trail cannot be written: ${message}`, {
      cause,
    });
  }
}
