// Serves a parent on one store: does each command on standard input, a line of JSON with operation
// and input, and answers with a line once it is done: { output } or { code }.

import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Kms } from 'keystead';

const kms = await Kms.open({ path: process.argv[2], account: '111122223333' });
const client = kms.client();
const answer = (value) => writeSync(1, `${JSON.stringify(value)}\n`);

async function run({ operation, input }) {
  try {
    return { output: await client[operation](input) };
  } catch (error) {
    return { code: error.code };
  }
}

answer({ output: 'open' });
for await (const line of createInterface({ input: process.stdin }))
  answer(await run(JSON.parse(line)));
await kms.close();
