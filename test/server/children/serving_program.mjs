// Serves a store by several processes until it is told to stop. Prints a line of JSON when it serves;
// takes `restart` and `close` on its standard input, and prints a line when that is done.

import cluster from 'node:cluster';
import { createInterface } from 'node:readline';
import { Kms, serve } from 'keystead';

const [path, workers] = process.argv.slice(2);
const kms = await Kms.open({ path, account: '111122223333', region: 'eu-central-1' });
const { AccessKeyMetadata } = await kms.iam.listAccessKeys({});
for (const { AccessKeyId } of AccessKeyMetadata) await kms.iam.deleteAccessKey({ AccessKeyId });
const { AccessKey } = await kms.iam.createAccessKey({});
const server = await serve(kms, { port: 0, metricsPort: 0, workers: Number(workers) });

function tell(line) {
  console.log(JSON.stringify(line));
}

function pids() {
  return Object.values(cluster.workers ?? {}).map((worker) => worker.process.pid);
}

tell({
  url: server.url,
  monitorUrl: server.monitorUrl,
  pids: pids(),
  credentials: {
    accessKeyId: AccessKey.AccessKeyId,
    secretAccessKey: AccessKey.SecretAccessKey,
  },
});

for await (const command of createInterface({ input: process.stdin })) {
  if (command === 'restart') {
    await server.restart();
    tell({ pids: pids() });
  } else if (command === 'close') {
    tell({ closed: await server.close() });
    await kms.close();
    break;
  }
}
process.stdin.destroy();
