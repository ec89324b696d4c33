// A worker that adopts a key, uses it and answers with the nonce of a box.

import { parentPort, workerData } from 'node:worker_threads';
import { DataKey } from '../../../dist/hsm/index.js';

const key = DataKey.adopt(workerData.token);
const box = key.encrypt(new Uint8Array(5000).fill(9));
key.decrypt(box);
if (workerData.dispose) key.dispose();
parentPort.postMessage(Buffer.from(box.subarray(0, 24)).toString('hex'));
if (!workerData.dispose) setInterval(() => key.encrypt(box), 1);
