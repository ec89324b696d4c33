// `lock_holder.mjs FILE [hold]`: prints whether it has the lock of the file; `hold` keeps it until
// the process is killed.

import { addon } from '../../../dist/hsm/index.js';

const [path, way] = process.argv.slice(2);
const hsm = addon();
console.log(hsm.fileLockTryTake(hsm.fileLockOpen(path)));
if (way === 'hold') setInterval(() => {}, 1000);
