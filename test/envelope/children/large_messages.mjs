// A large plaintext through files and streams, each reading what the other wrote. Prints its peak
// memory.

import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Envelope, Kms } from 'keystead';

const [folder, bytes] = process.argv.slice(2);
const size = Number(bytes);
const blockBytes = 1024 * 1024;
const chunk = { highWaterMark: blockBytes };
const [source, sealed, back] = ['source', 'sealed', 'back'].map((name) => join(folder, name));

/** Each block differs from the one before, so that two that change places are found. */
function fillBlock(block, index) {
  block.fill(index & 0xff);
  block.writeUInt32LE(index, 0);
  block.writeUInt32LE(index, blockBytes / 2 + 12_345);
}

function writeSource() {
  const file = openSync(source, 'wx');
  const block = Buffer.alloc(blockBytes);
  for (let index = 0; index * blockBytes < size; index++) {
    fillBlock(block, index);
    writeSync(file, block, 0, Math.min(blockBytes, size - index * blockBytes));
  }
  closeSync(file);
}

/** A stream that compares what it gets with the file; `at` tells how far it came. */
async function comparer() {
  const file = await open(source);
  const room = Buffer.alloc(4 * blockBytes);
  const stream = new Writable({
    write(piece, _encoding, done) {
      compare(piece).then(() => done(), done);
    },
    final: (done) => file.close().then(done, done),
  });
  stream.at = 0;
  async function compare(piece) {
    for (let start = 0; start < piece.length; start += room.length) {
      const part = piece.subarray(start, start + room.length);
      const { bytesRead } = await file.read(room, 0, part.length, stream.at);
      if (!room.subarray(0, bytesRead).equals(part)) throw new Error(`differs at ${stream.at}`);
      stream.at += part.length;
    }
  }
  return stream;
}

async function compareWith(...streams) {
  const target = await comparer();
  await pipeline(...streams, target);
  if (target.at !== size) throw new Error(`${target.at} bytes of ${size}`);
}

writeSource();
const kms = await Kms.open({ store: 'memory' });
const client = kms.client();
const { KeyMetadata } = await client.createKey();
const envelope = new Envelope({ kms: client, keyId: KeyMetadata.Arn });

await envelope.encryptFile(source, sealed, { threads: 2, sync: false });
await compareWith(createReadStream(sealed, chunk), envelope.decryptStream());
const middle = Math.floor(size / 2);
const { plaintext } = await envelope.decryptRange(sealed, middle, middle + 10);
if (plaintext.length !== 10) throw new Error('the range is cut');
unlinkSync(sealed);

await pipeline(
  createReadStream(source, chunk),
  envelope.encryptStream(),
  createWriteStream(sealed),
);
await envelope.decryptFile(sealed, back, { threads: 2, sync: false });
await compareWith(createReadStream(back, chunk));
await kms.close();
process.stdout.write(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
