// Streams of both kinds: any chunking, backpressure, what is told, and how they end.

import { once } from 'node:events';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
import { nativeInfo } from '../../lib/hsm/index.js';
import { countingKms } from './support/counting_kms.js';
import { chunksOf, drain } from './support/forms.js';
import { patternBytes } from './support/test_bytes.js';
import { openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const envelope = new Envelope({ kms: client, keyId, frameLength: 1000 });
const signing = new Envelope({ kms: client, keyId, frameLength: 1000, suite: 0x0578 });
const encryptionContext = { tenant: 'alice' };
const plaintext = patternBytes(100_000);
const message = Buffer.from(await envelope.encrypt(plaintext, { encryptionContext }));
const info = { encryptionContext, keyId, suite: 0x0478 };

const web = (chunks: Iterable<Uint8Array>) => Readable.toWeb(Readable.from(chunks)) as never;

describe('in a pipeline', () => {
  test('a plaintext goes through both ways', async () => {
    const pieces: Buffer[] = [];
    const decrypting = envelope.decryptStream({ encryptionContext });
    await pipeline(
      Readable.from(chunksOf(plaintext, 777)),
      envelope.encryptStream({ encryptionContext }),
      decrypting,
      async (source) => {
        for await (const piece of source) pieces.push(piece as Buffer);
      },
    );
    expect(Buffer.concat(pieces).equals(plaintext)).toBe(true);
    expect(decrypting.info).toEqual(info);
  });

  test('an empty plaintext, too', async () => {
    const encrypting = envelope.encryptStream();
    encrypting.end();
    const { released } = await drain(encrypting);
    const decrypting = envelope.decryptStream();
    decrypting.end(released);
    expect(await drain(decrypting)).toEqual({ released: Buffer.alloc(0), code: undefined });
  });

  test('a chunk of megabytes is worked on off the event loop, in order', async () => {
    const large = patternBytes(3 * 1024 * 1024 + 5);
    const encrypting = envelope.encryptStream();
    encrypting.write(large);
    encrypting.write(Buffer.from('and then'));
    encrypting.end(large);
    const { released } = await drain(encrypting);
    const decrypting = envelope.decryptStream();
    decrypting.end(released);
    const back = await drain(decrypting);
    expect(back.code).toBeUndefined();
    expect(back.released.equals(Buffer.concat([large, Buffer.from('and then'), large]))).toBe(true);
  });

  test('the message’s end is needed', async () => {
    for (const cut of [1, 200, message.length - 1]) {
      const decrypting = envelope.decryptStream();
      const work = pipeline(Readable.from([message.subarray(0, cut)]), decrypting, sink());
      await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_MESSAGE' });
    }
  });
});

describe('web streams', () => {
  test('take a plaintext through both ways', async () => {
    let told: unknown;
    const through = (web(chunksOf(plaintext, 777)) as ReadableStream<Uint8Array>)
      .pipeThrough(envelope.encryptWebStream({ encryptionContext }) as never)
      .pipeThrough(
        envelope.decryptWebStream({
          encryptionContext,
          onMessage: (message) => {
            told = message;
          },
        }) as never,
      );
    const { released, code } = await drain(through as never);
    expect(code).toBeUndefined();
    expect(released.equals(plaintext)).toBe(true);
    expect(told).toEqual(info);
  });

  test('end in an error when the message does not end', async () => {
    const cut = web([message.subarray(0, -1)]) as ReadableStream<Uint8Array>;
    const { released, code } = await drain(
      cut.pipeThrough(envelope.decryptWebStream() as never) as never,
    );
    expect(code).toBe('ERR_INVALID_MESSAGE');
    expect(released.equals(plaintext.subarray(0, released.length))).toBe(true);
  });

  test('refuse what is not bytes', async () => {
    for (const stream of [envelope.encryptWebStream(), envelope.decryptWebStream()]) {
      const work = drain(
        (web(['text'] as never) as ReadableStream).pipeThrough(stream as never) as never,
      );
      expect((await work).code).toBe('ERR_INVALID_ARGUMENT');
    }
  });

  test('stop when their signal says so', async () => {
    const controller = new AbortController();
    const stream = envelope.encryptWebStream({ signal: controller.signal });
    const reading = drain(stream.readable as never);
    controller.abort();
    expect((await reading).code).toBe('ERR_ABORTED');
    const late = envelope.decryptWebStream({ signal: AbortSignal.abort() });
    expect((await drain(late.readable as never)).code).toBe('ERR_ABORTED');
  });
});

describe('what a stream tells', () => {
  test('the message comes before its first plaintext, and once', async () => {
    const stream = envelope.decryptStream();
    const events: string[] = [];
    stream.on('message', (told) => {
      expect(told).toEqual(info);
      events.push('message');
    });
    stream.on('data', () => events.push('data'));
    expect(stream.info).toBeUndefined();
    for (const chunk of chunksOf(message, 500)) stream.write(chunk);
    stream.end();
    await once(stream, 'end');
    expect(events[0]).toBe('message');
    expect(events.filter((event) => event === 'message')).toHaveLength(1);
  });

  test('nothing when the header does not verify', async () => {
    const changed = Buffer.from(message);
    changed[3] = (changed[3] as number) ^ 1;
    const stream = envelope.decryptStream();
    stream.on('message', () => expect.unreachable());
    stream.end(changed);
    expect((await drain(stream)).code).toBe('ERR_DECRYPTION_FAILED');
    expect(stream.info).toBeUndefined();
  });

  test('its progress', async () => {
    const seen: { bytesDone: number; bytesTotal: number }[] = [];
    const stream = envelope.encryptStream({
      plaintextSize: plaintext.length,
      onProgress: (progress) => seen.push(progress),
    });
    for (const chunk of chunksOf(plaintext, 30_000)) stream.write(chunk);
    stream.end();
    await drain(stream);
    const bytesTotal = plaintext.length;
    expect(seen.map(({ bytesDone }) => bytesDone)).toEqual([
      30_000, 60_000, 90_000, 100_000, 100_000,
    ]);
    for (const progress of seen) expect(progress.bytesTotal).toBe(bytesTotal);
  });

  test('an error that a listener throws', async () => {
    const onProgress = () => {
      throw new Error('listener');
    };
    const stream = envelope.encryptStream({ onProgress });
    stream.end(plaintext);
    expect((await drain(stream)).code).toContain('listener');
    const webStream = envelope.encryptWebStream({ onProgress });
    const work = drain(
      (web([plaintext]) as ReadableStream).pipeThrough(webStream as never) as never,
    );
    expect((await work).code).toContain('listener');
  });
});

describe('signed messages', () => {
  test('are written, and refused before the KMS is asked', async () => {
    const encrypting = signing.encryptStream({ encryptionContext });
    encrypting.end(plaintext);
    const { released: signed } = await drain(encrypting);
    const { plaintext: read } = await envelope.decrypt(signed, { encryptionContext });
    expect(Buffer.compare(read, plaintext)).toBe(0);
    const counting = countingKms(client);
    const strict = new Envelope({ kms: counting.kms, keyId });
    const stream = strict.decryptStream();
    stream.end(signed);
    expect(await drain(stream)).toEqual({ released: Buffer.alloc(0), code: 'ERR_SIGNED_MESSAGE' });
    expect(counting.calls.decrypt).toBe(0);
  });

  test('are released unverified when asked for; a bad signature ends in an error', async () => {
    const signed = Buffer.from(await signing.encrypt(plaintext));
    const good = envelope.decryptStream({ allowUnverifiedRelease: true });
    good.end(signed);
    const { released, code } = await drain(good);
    expect(code).toBeUndefined();
    expect(released.equals(plaintext)).toBe(true);
    const last = signed.length - 1;
    signed[last] = (signed[last] as number) ^ 1;
    const bad = envelope.decryptStream({ allowUnverifiedRelease: true });
    bad.end(signed);
    const outcome = await drain(bad);
    expect(outcome.code).toBe('ERR_DECRYPTION_FAILED');
    // The final frame waits for the signature.
    expect(outcome.released.equals(plaintext.subarray(0, outcome.released.length))).toBe(true);
    expect(outcome.released.length).toBeLessThan(plaintext.length);
  });
});

describe('backpressure', () => {
  test.each([
    ['encrypting', () => envelope.encryptStream(), plaintext],
    ['decrypting', () => envelope.decryptStream(), message],
  ])('%s takes no more than what is read', async (_, open, input) => {
    const stream = open();
    let taken = 0;
    const source = Readable.from(
      (function* () {
        for (let i = 0; i < 100; i++) {
          taken += 1;
          yield input.subarray(i * 1000, (i + 1) * 1000);
        }
      })(),
      { objectMode: false, highWaterMark: 1 },
    );
    source.pipe(stream);
    for (let i = 0; i < 200; i++) await tick();
    expect(taken).toBeGreaterThan(5);
    expect(taken).toBeLessThan(60);
    stream.destroy();
    source.destroy();
  });
});

describe('the end of a stream', () => {
  test('by its signal', async () => {
    const controller = new AbortController();
    const stream = envelope.decryptStream({ signal: controller.signal });
    stream.write(message.subarray(0, 5000));
    await once(stream, 'message');
    controller.abort(new Error('enough'));
    const { code } = await drain(stream);
    expect(code).toBe('ERR_ABORTED');
    const late = envelope.encryptStream({ signal: controller.signal });
    await expect(once(late, 'end')).rejects.toMatchObject({
      code: 'ERR_ABORTED',
      cause: { message: 'enough' },
    });
  });

  test('by destroy, while the KMS is being asked', async () => {
    let answer: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow = countingKms({
      generateDataKey: async (input) => {
        await waiting;
        return client.generateDataKey(input);
      },
      encrypt: (input) => client.encrypt(input),
      decrypt: (input) => client.decrypt(input),
    });
    const before = nativeInfo().memory.bytesInUse;
    const stream = new Envelope({ kms: slow.kms, keyId }).encryptStream();
    stream.write(plaintext);
    await tick();
    stream.destroy();
    await once(stream, 'close');
    answer();
    for (let i = 0; i < 5; i++) await tick();
    expect(slow.calls.generateDataKey).toBe(1);
    expect(nativeInfo().memory.bytesInUse).toBe(before);
  });

  test('by destroy, while a large chunk is being worked on', async () => {
    const large = Buffer.alloc(32 * 1024 * 1024);
    const sealed = await envelope.encrypt(large);
    const before = nativeInfo().memory.bytesInUse;
    for (const [stream, chunk] of [
      [envelope.encryptStream(), large],
      [envelope.decryptStream(), sealed],
    ] as const) {
      stream.write(chunk);
      for (let i = 0; i < 5; i++) await tick();
      stream.destroy();
      await once(stream, 'close');
    }
    await fallsTo(before);
  });

  test('by destroy or an error wipes its key', async () => {
    const before = nativeInfo().memory.bytesInUse;
    const open = [envelope.encryptStream(), envelope.decryptStream()];
    for (const [i, stream] of open.entries()) {
      stream.write(i === 0 ? plaintext : message.subarray(0, 3000));
      await once(stream, 'data');
    }
    expect(nativeInfo().memory.bytesInUse).toBeGreaterThan(before);
    for (const stream of open) stream.destroy();
    await fallsTo(before);
    const changed = Buffer.from(message);
    changed[3000] = (changed[3000] as number) ^ 1;
    const webStream = envelope.decryptWebStream();
    const work = drain(
      (web([changed.subarray(0, 2000), changed]) as ReadableStream).pipeThrough(
        webStream as never,
      ) as never,
    );
    expect((await work).code).toBeDefined();
    await fallsTo(before);
  });

  test('by a KMS that says no', async () => {
    const counting = countingKms(client);
    counting.failure = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const over = new Envelope({ kms: counting.kms, keyId });
    for (const [stream, input] of [
      [over.encryptStream(), plaintext],
      [over.decryptStream(), message],
    ] as const) {
      stream.end(input);
      expect(await drain(stream)).toEqual({ released: Buffer.alloc(0), code: 'ECONNRESET' });
    }
  });

  test('by a chunk that is not bytes', async () => {
    for (const stream of [envelope.encryptStream(), envelope.decryptStream()]) {
      expect(() => stream.write(5 as never)).toThrow();
      stream.destroy();
    }
  });

  test('by an expected pair that is not there', async () => {
    const stream = envelope.decryptStream({ encryptionContext: { tenant: 'bob' } });
    stream.end(message);
    expect(await drain(stream)).toEqual({
      released: Buffer.alloc(0),
      code: 'ERR_ENCRYPTION_CONTEXT',
    });
  });
});

test('strings are taken as UTF-8, as by other streams of bytes', async () => {
  const stream = envelope.encryptStream();
  stream.end('doggos ü');
  const { released } = await drain(stream);
  const { plaintext: read } = await envelope.decrypt(released);
  expect(Buffer.from(read).toString()).toBe('doggos ü');
  expect(stream).toBeInstanceOf(Transform);
});

/** Threads of work that was given up hold their own memory until they end. */
async function fallsTo(bytesInUse: number): Promise<void> {
  await vi.waitFor(
    () => expect(nativeInfo().memory.bytesInUse).toBeLessThanOrEqual(bytesInUse),
    10_000,
  );
}

function sink(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
