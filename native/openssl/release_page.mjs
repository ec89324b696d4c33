// OpenSSL's own release page. Many build machines cannot reach it, so it gets little time to
// answer.

import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { tarballUrl } from './pins.mjs';
import { ProgressLine } from './progress_line.mjs';
import { requireSha256 } from './tarball.mjs';

const answerTimeoutMs = 8_000;
const stallTimeoutMs = 15_000;

/**
 * Downloads the first pin that the page has.
 *
 * @returns the tarball, or `{ unreachable: reason }`
 * @throws BuildError when what came is not the pinned tarball
 */
export async function fromReleasePage(pins, folder) {
  let reason = 'not published there';
  for (const pin of pins) {
    const origin = tarballUrl(pin);
    const file = path.join(folder, path.basename(origin));
    const failure = await download(origin, file, `OpenSSL ${pin.version}: downloading`);
    if (failure === undefined) {
      await requireSha256(file, pin.sha256, origin);
      return { ...pin, file, origin };
    }
    reason = failure.reason;
    if (!failure.answered) break;
  }
  return { unreachable: `release page: ${reason}` };
}

/** Downloads into the file. Gives undefined, or why not and whether the server answered at all. */
async function download(url, file, title) {
  const patience = new Patience(answerTimeoutMs);
  let answered = false;
  try {
    const response = await fetch(url, { signal: patience.signal });
    answered = true;
    if (!response.ok) return { answered, reason: `HTTP status ${response.status}` };
    const progress = new ProgressLine(title, Number(response.headers.get('content-length') ?? 0));
    const watched = watch(response.body, patience, progress);
    await pipeline(Readable.from(watched), createWriteStream(file));
    progress.finish();
    return undefined;
  } catch (error) {
    return { answered, reason: patience.signal.aborted ? 'timed out' : causeOf(error) };
  } finally {
    patience.end();
  }
}

async function* watch(body, patience, progress) {
  for await (const chunk of body) {
    patience.extend(stallTimeoutMs);
    progress.advance(chunk.length);
    yield chunk;
  }
}

function causeOf(error) {
  return error.cause?.code ?? error.code ?? error.message;
}

/** An abort signal that fires when nothing happened for a while. */
class Patience {
  #controller = new AbortController();
  #timer;

  constructor(timeoutMs) {
    this.extend(timeoutMs);
  }

  get signal() {
    return this.#controller.signal;
  }

  extend(timeoutMs) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), timeoutMs);
  }

  end() {
    clearTimeout(this.#timer);
  }
}
