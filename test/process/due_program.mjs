// Opens the store with a clock that is ahead by the days given, waits for a line on standard input,
// does what is due, and tells how much of it was its own doing.

import { once } from 'node:events';
import { Kms } from 'keystead';

const [path, days] = process.argv.slice(2);
const aheadMs = Number(days) * 86_400_000;
let isAhead = false;
const clock = () => new Date(Date.now() + (isAhead ? aheadMs : 0));
const kms = await Kms.open({ path, account: '111122223333', clock });
// What the open itself sets off is over when this one is.
await new Promise(setImmediate);
await kms.runDue();
console.log('open');
await once(process.stdin, 'data');
isAhead = true;
console.log(JSON.stringify(await kms.runDue()));
await kms.close();
process.stdin.destroy();
