// Ends in the middle of asynchronous work: `hsm_exit.mjs WAY`.

import { DataKey } from '../../../dist/hsm/index.js';

const key = DataKey.generate();
const plaintext = new Uint8Array(64 * 1024 * 1024);
const works = [1, 2, 3, 4].map(() => key.encryptAsync(plaintext));

const ways = {
  exit: () => process.exit(7),
  exitAfterDispose() {
    key.dispose();
    process.exit(7);
  },
  exitCode() {
    process.exitCode = 7;
    return Promise.all(works);
  },
  throw() {
    throw new Error('on purpose');
  },
  kill: () => process.kill(process.pid, 'SIGTERM'),
};

setTimeout(ways[process.argv[2]], Number(process.argv[3] ?? 0));
