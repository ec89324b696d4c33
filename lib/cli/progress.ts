// A bar with rate and time left, when a person watches: on standard error, and none when it is piped.

import cliProgress from 'cli-progress';

const mebibyte = 1024 * 1024;

/** Shows how far the work on a file is. */
export interface Progress {
  /** @param total - bytes; undefined when nobody knows */
  show(done: number, total: number | undefined): void;
  end(): void;
}

/** @param name - of the file */
export function showProgress(name: string): Progress {
  if (process.stderr.isTTY !== true) return { show: () => {}, end: () => {} };
  return barOf(name);
}

function barOf(name: string): Progress {
  const startMs = Date.now();
  const bar = new cliProgress.SingleBar({
    format: `${name} {bar} {percentage}% | {rate} MiB/s | {left} s left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    show(done, total) {
      if (total === undefined) return;
      const seconds = Math.max((Date.now() - startMs) / 1000, 0.001);
      const rate = done / mebibyte / seconds;
      const left = rate === 0 ? '?' : Math.ceil((total - done) / mebibyte / rate);
      const told = { rate: rate.toFixed(1), left };
      if (!isStarted) bar.start(total, done, told);
      isStarted = true;
      bar.update(done, told);
    },
    end() {
      if (isStarted) bar.stop();
    },
  };
}
