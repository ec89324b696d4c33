// A program that replaced Buffer.allocUnsafeSlow before the library was loaded: its function calls
// the very stream or file that is at work.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  MessageDecryptor,
  MessageEncryptor,
  MessageHeader,
  MessageWriter,
} from '../../lib/hsm/index.js';
import { codeOf } from '../hsm/support/thrown.js';
import { duringAllocation, hsm, resetAllocation, transfer } from './support/replaced_allocation.js';

const frame = hsm.defaultFrameLengthBytes;
const sealedFrame = frame + 32;
const head = Uint8Array.of(1);
const key = hsm.DataKey.generate();
const limits = Object.values(hsm.defaultMessageLimits) as [number, number, number];

const invalid = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
const disposed = expect.objectContaining({ code: 'ERR_DISPOSED' });
const changed = expect.objectContaining({
  code: 'ERR_INVALID_ARGUMENT',
  message: 'an argument changed while the result was allocated',
});

function writer(): MessageWriter {
  const encryptedDataKeys = [
    { providerId: 'test', providerInfo: new Uint8Array(1), ciphertext: new Uint8Array(1) },
  ];
  return new hsm.MessageWriter({ dataKey: key, encryptedDataKeys });
}

/** Bytes of a plaintext, each of which tells where it stands. */
function plaintextOf(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

/** `toEqual` takes a second for as many bytes. */
function expectSame(actual: Uint8Array, ...expected: Uint8Array[]): void {
  expect(Buffer.concat(expected).equals(actual)).toBe(true);
}

afterEach(resetAllocation);

describe('an encryptor', () => {
  let stream: MessageEncryptor;
  const update = (chunk: Uint8Array): Uint8Array => stream.update(chunk) as Uint8Array;
  beforeEach(() => {
    stream = writer().encryptor();
  });

  /** What the message holds that these pieces and the end make. */
  function opened(...pieces: (Uint8Array | undefined)[]): Uint8Array {
    const parts = [stream.header, ...(pieces as Uint8Array[]), stream.finish()];
    return hsm.decryptMessage(key, Buffer.concat(parts));
  }

  it('whose chunk is taken away', () => {
    const chunk = plaintextOf(2 * frame);
    duringAllocation(() => transfer(chunk));
    expect(() => update(chunk)).toThrow(invalid);
  });

  it('that is disposed of in an update', () => {
    duringAllocation(() => stream.dispose());
    expect(() => update(plaintextOf(2 * frame))).toThrow(disposed);
  });

  it('that gets another chunk first', () => {
    const chunk = plaintextOf(2 * frame - 1);
    let first: Uint8Array | undefined;
    duringAllocation(() => {
      first = update(head);
    });
    const second = update(chunk);
    expectSame(opened(first, second), head, chunk);
  });

  it('that gets another chunk first, so that more frames are complete', () => {
    const chunk = plaintextOf(2 * frame);
    let first: Uint8Array | undefined;
    duringAllocation(() => {
      first = update(head);
    });
    expect(() => update(chunk)).toThrow(changed);
    expectSame(opened(first, update(chunk)), head, chunk);
  });

  it('that begins to work on another chunk', async () => {
    const chunk = plaintextOf(2 * frame);
    const long = plaintextOf(20 * frame);
    let first: Promise<Uint8Array> | undefined;
    duringAllocation(() => {
      first = stream.update(long) as Promise<Uint8Array>;
    });
    expect(() => update(chunk)).toThrow('another call on this stream is under way');
    expectSame(opened(await first, update(chunk)), long, chunk);
  });

  it('that is called while the result of a long chunk is handed out', async () => {
    const long = plaintextOf(20 * frame);
    let inner: unknown;
    const done = stream.update(long);
    duringAllocation(() => {
      inner = codeOf(() => update(head));
    });
    expectSame(opened(await done), long);
    expect(inner).toBe('ERR_DISPOSED');
  });

  it('that is disposed of while the result of a long chunk is handed out', async () => {
    const long = plaintextOf(20 * frame);
    const done = stream.update(long);
    duringAllocation(() => stream.dispose());
    const frames = await done;
    expect(() => update(head)).toThrow(disposed);
    const whole = hsm.parseMessageHeader(stream.header) as MessageHeader;
    const reader = new hsm.MessageDecryptor(key, whole);
    expectSame(await reader.update(frames), long.subarray(0, 19 * frame));
  });

  it('that gets another chunk before its end', () => {
    const chunk = plaintextOf(frame);
    const held = update(chunk);
    let first: Uint8Array | undefined;
    duringAllocation(() => {
      first = update(head);
    });
    expect(() => stream.finish()).toThrow(changed);
    expectSame(opened(held, first), chunk, head);
  });

  it('that gets a whole frame before its end', () => {
    const chunk = plaintextOf(frame);
    const held = update(chunk);
    let first: Uint8Array | undefined;
    duringAllocation(() => {
      first = update(chunk);
    });
    const last = stream.finish();
    const message = Buffer.concat([stream.header, held, first as Uint8Array, last]);
    expectSame(hsm.decryptMessage(key, message), chunk, chunk);
  });

  it('that ends before its end', () => {
    const chunk = plaintextOf(frame);
    const held = update(chunk);
    let last: Uint8Array | undefined;
    duringAllocation(() => {
      last = stream.finish();
    });
    expect(() => stream.finish()).toThrow(disposed);
    const message = Buffer.concat([stream.header, held, last as Uint8Array]);
    expectSame(hsm.decryptMessage(key, message), chunk);
  });

  it('that is disposed of before its end', () => {
    update(plaintextOf(frame));
    duringAllocation(() => stream.dispose());
    expect(() => stream.finish()).toThrow(disposed);
  });
});

describe('a decryptor', () => {
  const plaintext = plaintextOf(3 * frame);
  const message = writer().encrypt(plaintext);
  const header = hsm.parseMessageHeader(message) as MessageHeader;
  const body = message.subarray(header.lengthBytes);
  let stream: MessageDecryptor;
  const update = (chunk: Uint8Array): Uint8Array => stream.update(chunk) as Uint8Array;
  beforeEach(() => {
    stream = new hsm.MessageDecryptor(key, header);
  });

  it('whose chunk is taken away', () => {
    const chunk = Uint8Array.from(body);
    duringAllocation(() => transfer(chunk));
    expect(() => update(chunk)).toThrow(invalid);
  });

  it('that is disposed of in an update', () => {
    duringAllocation(() => stream.dispose());
    expect(() => update(body)).toThrow(disposed);
  });

  it('that gets another chunk first', () => {
    let first: Uint8Array | undefined;
    duringAllocation(() => {
      first = update(body.subarray(0, sealedFrame));
    });
    const second = update(body.subarray(sealedFrame));
    stream.finish();
    expectSame(Buffer.concat([first as Uint8Array, second]), plaintext);
  });

  it('that gets another chunk first, so that more frames are complete', () => {
    const [half, rest] = [body.subarray(0, sealedFrame / 2), body.subarray(sealedFrame / 2)];
    const chunk = rest.subarray(0, 1.5 * sealedFrame);
    duringAllocation(() => update(half));
    expect(() => update(chunk)).toThrow(changed);
    expectSame(update(chunk), plaintext.subarray(0, 2 * frame));
    expectSame(update(rest.subarray(chunk.length)), plaintext.subarray(2 * frame));
    stream.finish();
  });

  it('that fails before', () => {
    let inner: unknown;
    duringAllocation(() => {
      inner = codeOf(() => update(body.subarray(1)));
    });
    expect(() => update(body)).toThrow('an earlier call on this stream failed');
    expect(inner).toBe('ERR_INVALID_MESSAGE');
  });

  it('that begins to work on another chunk', async () => {
    const long = writer().encrypt(plaintextOf(20 * frame));
    let first: Promise<Uint8Array> | undefined;
    stream = new hsm.MessageDecryptor(key, hsm.parseMessageHeader(long) as MessageHeader);
    duringAllocation(() => {
      first = stream.update(long.subarray(header.lengthBytes)) as Promise<Uint8Array>;
    });
    expect(() => update(body)).toThrow('another call on this stream is under way');
    expect(await first).toHaveLength(20 * frame);
    stream.finish();
  });
});

describe('a header', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keystead-headers-'));
  const longest = 0xffff;
  const encryptedDataKeys = hsm.serializeEncryptedDataKeys([
    { providerId: 'test', providerInfo: plaintextOf(longest), ciphertext: plaintextOf(longest) },
  ]);
  const newWriter = () =>
    hsm
      .addon()
      .messageWriterCreate(
        hsm.handleOfDataKey(key),
        0x0478,
        undefined,
        encryptedDataKeys,
        frame,
        undefined,
      );
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('of a stream that is disposed of', () => {
    const handle = hsm.addon().messageEncryptorCreate(newWriter());
    const expected = hsm.addon().messageEncryptorHeader(handle);
    expect(expected.length).toBeGreaterThan(frame);
    duringAllocation(() => hsm.addon().messageEncryptorDispose(handle));
    expectSame(hsm.addon().messageEncryptorHeader(handle), expected);
    expect(() => hsm.addon().messageEncryptorHeader(handle)).toThrow(disposed);
  });

  it('of a stream that goes on and ends', () => {
    const handle = hsm.addon().messageEncryptorCreate(newWriter());
    const expected = hsm.addon().messageEncryptorHeader(handle);
    duringAllocation(() => {
      hsm.addon().messageEncryptorUpdate(handle, plaintextOf(2 * frame));
      hsm.addon().messageEncryptorFinish(handle);
    });
    expectSame(hsm.addon().messageEncryptorHeader(handle), expected);
  });

  it('of a file that is closed', async () => {
    const file = path.join(folder, 'message');
    const message = hsm.addon().messageEncrypt(newWriter(), head, 1);
    writeFileSync(file, message);
    const handle = await hsm.addon().messageFileOpen(file, ...limits)[0];
    duringAllocation(() => hsm.addon().messageFileClose(handle));
    const header = hsm.addon().messageFileHeader(handle);
    expect(header.length).toBeGreaterThan(frame);
    expectSame(header, message.subarray(0, header.length));
    expect(() => hsm.addon().messageFileHeader(handle)).toThrow(disposed);
  });
});
