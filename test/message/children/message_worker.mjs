// A worker that encrypts a file and a large message, and is ended meanwhile.

import { parentPort, workerData } from 'node:worker_threads';
import { DataKey, MessageWriter } from '../../../dist/hsm/index.js';

const bytes = Uint8Array.of(1);
const encryptedDataKeys = [{ providerId: 'test', providerInfo: bytes, ciphertext: bytes }];
const dataKey = DataKey.import(new Uint8Array(32).fill(1));
const writer = new MessageWriter({ dataKey, encryptedDataKeys });
writer.encryptFile(workerData.source, workerData.target, { threads: 2 });
writer.encryptAsync(new Uint8Array(32 * 1024 * 1024), 2);
writer.encryptor().update(new Uint8Array(8 * 1024 * 1024));
parentPort.postMessage('started');
