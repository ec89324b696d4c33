// `npm run bench`: every row of the speed table, as ratios of rates measured in one run on one machine.
// KEYSTEAD_BENCH_SECONDS (default 1) is the time for each case.

import os from 'node:os';
import { nativeInfo } from 'keystead';
import { benchAuthorization } from './authorization.mjs';
import { benchDataKey } from './data_key.mjs';
import { benchEnvelope } from './envelope.mjs';
import { benchFiles } from './files.mjs';
import { benchKms } from './kms.mjs';
import { formatLatencies } from './latencies.mjs';
import { benchServer } from './server.mjs';
import { benchStore } from './store.mjs';
import { formatFigures, formatTable } from './table.mjs';

const rows = [
  ...(await benchDataKey()),
  ...(await benchKms()),
  ...(await benchAuthorization()),
  ...(await benchEnvelope()),
  ...(await benchFiles()),
  ...(await benchServer()),
];
const { openssl, aesGcm, memory } = nativeInfo();
console.log(`\n${os.cpus()[0].model}, ${os.cpus().length} CPUs, Node ${process.versions.node}`);
console.log(`${openssl}, ${aesGcm}, ${memory.backing}\n`);
console.log(formatTable(rows));
console.log(`\n${formatLatencies(rows)}`);
console.log(`\n${formatFigures(await benchStore())}`);
