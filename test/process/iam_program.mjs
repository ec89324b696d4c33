// Changes users of a store as it is told, line by line: a method of IAM and its input as JSON.
// Answers each with a line once it is acknowledged.

import { createInterface } from 'node:readline';
import { Kms } from 'keystead';

const kms = await Kms.open({ path: process.argv[2] });
console.log('open');
for await (const line of createInterface({ input: process.stdin })) {
  const { method, input } = JSON.parse(line);
  console.log(JSON.stringify(await kms.iam.call(method, input)));
}
await kms.close();
