// A worker that does what its data says until it is done, or for ever.

import { parentPort, workerData } from 'node:worker_threads';
import { DataKey } from '../../../dist/hsm/index.js';

const large = new Uint8Array(9 * 1024 * 1024);
const ready = () => parentPort.postMessage('ready');

async function forEver(key, work) {
  ready();
  for (;;) await Promise.allSettled([work(key), work(key), work(key)]);
}

const jobs = {
  /** Adopts a key, answers with what it decrypts, and leaves without disposing. */
  adopt({ token, box }) {
    parentPort.postMessage(DataKey.adopt(token).decrypt(box));
  },
  share() {
    parentPort.postMessage(DataKey.generate().share());
  },
  shareAndStay() {
    const key = DataKey.generate();
    parentPort.postMessage(key.share());
    setInterval(() => {}, 1000);
  },
  useAndLeave() {
    const keys = Array.from({ length: 20 }, () => DataKey.generate());
    keys[0].share();
    for (const key of keys) key.decrypt(key.encrypt(new Uint8Array(2000)));
    keys.slice(0, 10).forEach((key) => {
      key.dispose();
    });
  },
  encryptForEver: () => forEver(DataKey.generate(), (key) => key.encryptAsync(large)),
  failForEver: () => forEver(DataKey.generate(), (key) => key.decryptAsync(large)),
  throwForEver() {
    const key = DataKey.generate();
    ready();
    for (;;) {
      try {
        key.decrypt(new Uint8Array(50));
      } catch {}
    }
  },
  generateForEver() {
    ready();
    for (;;) DataKey.generate().encrypt(new Uint8Array(5000));
  },
};

await jobs[workerData.job](workerData);
