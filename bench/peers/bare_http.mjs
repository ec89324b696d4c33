// The least that node:http can do: reads the request's body and answers so many bytes, in as many
// processes as it is told. Prints its port.

import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';

const [workers, sizeBytes] = process.argv.slice(2).map(Number);

async function serve() {
  const body = Buffer.alloc(sizeBytes, 0x20);
  const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'Content-Length': sizeBytes };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, headers);
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

if (workers > 1 && cluster.isPrimary) {
  const all = Array.from({ length: workers }, () => cluster.fork());
  const ports = await Promise.all(all.map((worker) => once(worker, 'message')));
  console.log(JSON.stringify({ url: `http://127.0.0.1:${ports[0][0]}` }));
} else {
  const port = await serve();
  if (cluster.isPrimary) console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
  else process.send(port);
}
