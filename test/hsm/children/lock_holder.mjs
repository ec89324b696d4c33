// `lock_holder.mjs FILE [hold]`: prints whether it has the lock of the file; `hold` keeps it until
// the process is killed.

import { addon } from '../../../dist/hsm/index.js';

const [path, way] = process.argv.slice(2);
const hsm = addon();
const lock = hsm.fileLockOpen(path);
console.log(hsm.fileLockTryTake(lock));
// A handle that nobody refers to is collected, and its lock released.
if (way === 'hold') setInterval(() => lock, 1000);
