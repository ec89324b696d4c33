// `epoch_writer.mjs FILE COUNT`: raises and settles an epoch COUNT times, and prints as JSON what it
// raised and what memory that took.

import { addon } from '../../../dist/hsm/index.js';

const [path, count] = process.argv.slice(2);
const hsm = addon();
const file = hsm.epochFileOpen(path);
const raised = Array.from({ length: Number(count) }, () => {
  const epoch = hsm.epochFileRaise(file);
  hsm.epochFileSettle(file, epoch);
  return epoch;
});
console.log(JSON.stringify({ raised, backing: hsm.nativeInfo().memory.backing }));
