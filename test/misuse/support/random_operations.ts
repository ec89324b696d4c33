// Random sequences of operations on data keys, good and bad, and the model that says what each must
// give.

import fc from 'fast-check';
import { boxOverheadBytes, DataKey } from '../../../lib/hsm/index.js';
import { codeOf, rejectionCodeOf } from '../../hsm/support/thrown.js';
import { badBuffers, noBytes } from './bad_buffers.js';

const maxBytes = 200_000;
const badValues = [...noBytes, ...badBuffers(32), ...badBuffers(70_000)].map(([, value]) => value);

const index = fc.nat({ max: 1000 });
const size = fc.oneof(
  fc.nat({ max: 100 }),
  fc.constantFrom(4055, 4056, 4096, 4097, 65_535, 65_536),
  fc.nat({ max: maxBytes }),
);
const form = fc.constantFrom('new', 'into', 'async', 'later');
const change = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'none' as const, at: 0 }) },
  fc.record({ kind: fc.constantFrom('flip', 'cut', 'extend', 'front'), at: index }),
);

/** One step. Indexes are taken modulo what there is. */
export const operation = fc.oneof(
  fc.record({ op: fc.constant('generate') }),
  fc.record({ op: fc.constant('import'), key: index, wipe: fc.boolean() }),
  fc.record({ op: fc.constant('adopt'), key: index }),
  fc.record({ op: fc.constant('dispose'), key: index }),
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('encrypt'), key: index, size, aad: index, form }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('decrypt'), key: index, box: index, change, form }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('misuse'), key: index, call: index, value: index }),
  },
);

export type Operation = {
  readonly op: string;
  readonly key?: number;
  readonly wipe?: boolean;
  readonly size?: number;
  readonly aad?: number;
  readonly form?: string;
  readonly box?: number;
  readonly change?: { readonly kind: string; readonly at: number };
  readonly call?: number;
  readonly value?: number;
};

interface ModelKey {
  readonly key: DataKey;
  readonly bytes: string;
  disposed: boolean;
}

interface ModelBox {
  readonly box: Uint8Array;
  readonly bytes: string;
  readonly aad: Uint8Array | undefined;
  readonly plaintext: Uint8Array;
}

/** What the model expects: a result, or the code of an error. */
type Expected = Uint8Array | string;

function pick<T>(from: readonly T[], at = 0): T {
  return from[at % from.length] as T;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

const misuses: readonly ((key: DataKey, value: never) => unknown)[] = [
  (key, value) => key.encrypt(value),
  (key, value) => key.encryptInto(value, new Uint8Array(100)),
  (key, value) => key.encryptInto(new Uint8Array(10), value),
  (key, value) => key.decrypt(value),
  (key, value) => key.decryptInto(new Uint8Array(60), value),
  (key, value) => key.encryptAsync(value),
  (key, value) => key.decryptAsync(value),
  (_, value) => DataKey.import(value),
  (_, value) => DataKey.adopt(value),
  (key, value) => {
    const memory = new Uint8Array(100).fill(1);
    return key.encryptInto(memory.subarray(0, 30), memory.subarray(20, 90), value);
  },
];

/** Runs operations and throws where the library and the model disagree. */
export class Run {
  private readonly keys: ModelKey[] = [];
  private readonly boxes: ModelBox[] = [];
  private readonly pending: Promise<void>[] = [];

  constructor() {
    this.add(DataKey.generate());
    const [first] = this.keys;
    const plaintext = Uint8Array.of(1, 2, 3);
    const { key, bytes } = first as ModelKey;
    this.boxes.push({ box: key.encrypt(plaintext), bytes, aad: undefined, plaintext });
  }

  async all(operations: readonly Operation[]): Promise<void> {
    for (const step of operations) await this.step(step);
    await Promise.all(this.pending);
    // Some are left to the garbage collector.
    for (const [i, { key }] of this.keys.entries()) if (i % 3 > 0) key.dispose();
  }

  private async step(step: Operation): Promise<void> {
    const { key } = pick(this.keys, step.key);
    switch (step.op) {
      case 'generate':
        return this.add(DataKey.generate());
      case 'import':
        return this.import(step);
      case 'adopt':
        return this.adopt(step);
      case 'dispose':
        pick(this.keys, step.key).disposed = true;
        return key.dispose();
      case 'encrypt':
        return this.encrypt(step);
      case 'decrypt':
        return this.decrypt(step);
      default:
        return this.misuse(step);
    }
  }

  private add(key: DataKey): void {
    const bytes = Buffer.from(key.exportPlaintext()).toString('hex');
    this.keys.push({ key, bytes, disposed: false });
  }

  private import({ key, wipe = false }: Operation): void {
    const { bytes } = pick(this.keys, key);
    const memory = new Uint8Array(Buffer.from(bytes, 'hex'));
    this.add(DataKey.import(memory, { wipe }));
    if (wipe !== memory.every((byte) => byte === 0)) throw new Error('wiped wrongly');
  }

  private adopt({ key }: Operation): void {
    const from = pick(this.keys, key);
    const thrown = codeOf(() => this.add(DataKey.adopt(from.key.share())));
    if (thrown !== (from.disposed ? 'ERR_DISPOSED' : 'nothing'))
      throw new Error(`adopt: ${thrown}`);
  }

  private async encrypt({ key, size: bytes = 0, aad: aadBytes = 0, form }: Operation) {
    const from = pick(this.keys, key);
    const plaintext = new Uint8Array(bytes).fill(bytes);
    const aad = aadBytes === 0 ? undefined : new Uint8Array(aadBytes).fill(aadBytes);
    // A view in the middle of larger memory, which is changed as soon as the call returns.
    const memory = new Uint8Array(bytes + 20).fill(bytes);
    const view = memory.subarray(7, 7 + bytes);
    const call = callOf(form, {
      fresh: () => from.key.encrypt(view, aad),
      into: (out) => from.key.encryptInto(view, out, aad),
      later: () => from.key.encryptAsync(view, aad),
    });
    const accept = (box: Uint8Array) => {
      if (box.length !== bytes + boxOverheadBytes) throw new Error('a box of the wrong size');
      this.boxes.push({ box, bytes: from.bytes, aad, plaintext });
    };
    const expected = from.disposed ? 'ERR_DISPOSED' : new Uint8Array();
    await this.judge(form, call(bytes + boxOverheadBytes), expected, accept);
    memory.fill(0xff);
  }

  private async decrypt({ key, box, change: changed, form }: Operation): Promise<void> {
    const from = pick(this.keys, key);
    const { box: original, bytes, aad, plaintext } = pick(this.boxes, box);
    const input = changedBox(original, changed);
    const fits = bytes === from.bytes && sameBytes(input, original);
    const call = callOf(form, {
      fresh: () => from.key.decrypt(input, aad),
      into: (out) => from.key.decryptInto(input, out, aad),
      later: () => from.key.decryptAsync(input, aad),
    });
    const accept = (text: Uint8Array) => {
      if (!sameBytes(text, plaintext)) throw new Error('another plaintext');
    };
    const expected = fits ? plaintext : 'ERR_DECRYPTION_FAILED';
    const work = call(Math.max(input.length - boxOverheadBytes, 0));
    await this.judge(form, work, from.disposed ? 'ERR_DISPOSED' : expected, accept);
  }

  private async misuse({ key, call, value }: Operation): Promise<void> {
    const from = pick(this.keys, key);
    const results: unknown[] = [];
    const use = () => pick(misuses, call)(from.key, pick(badValues, value) as never);
    const thrown = codeOf(() => results.push(use()));
    const code = thrown === 'nothing' ? await rejectionCodeOf(Promise.resolve(results[0])) : thrown;
    if (code !== 'ERR_INVALID_ARGUMENT' && !(from.disposed && code === 'ERR_DISPOSED')) {
      throw new Error(`misuse ${call} ${value}: ${code}`);
    }
  }

  private async judge(
    form: string | undefined,
    work: Promise<Uint8Array>,
    expected: Expected,
    accept: (result: Uint8Array) => void,
  ): Promise<void> {
    const judged = work.then(
      (result) => {
        if (typeof expected === 'string') throw new Error(`no ${expected}`);
        accept(result);
      },
      (error: { code?: string }) => {
        if (error.code !== expected) throw error;
      },
    );
    if (form === 'later') this.pending.push(judged);
    else await judged;
  }
}

interface Forms {
  fresh(): Uint8Array;
  into(out: Uint8Array): number;
  later(): Promise<Uint8Array>;
}

/**
 * The call in one of its forms, given the size of its result. Starts when it is called, not later.
 */
function callOf(form: string | undefined, forms: Forms): (size: number) => Promise<Uint8Array> {
  if (form === 'async' || form === 'later') return () => forms.later();
  return async (resultBytes) => {
    if (form === 'new') return forms.fresh();
    const out = new Uint8Array(resultBytes + 5).fill(0xee);
    const written = forms.into(out);
    if (out.subarray(written).some((byte) => byte !== 0xee)) throw new Error('wrote too much');
    return out.subarray(0, written);
  };
}

function changedBox(box: Uint8Array, change: Operation['change']): Uint8Array {
  const { kind = 'none', at = 0 } = change ?? {};
  switch (kind) {
    case 'flip': {
      const copy = new Uint8Array(box);
      copy[at % box.length] = (copy[at % box.length] ?? 0) ^ (1 << (at % 8));
      return copy;
    }
    case 'cut':
      return box.subarray(0, at % box.length);
    case 'front':
      return box.subarray(1 + (at % (box.length - 1)));
    case 'extend':
      return Buffer.concat([box, new Uint8Array(1 + (at % 50))]);
    default:
      return box;
  }
}
