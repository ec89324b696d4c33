// A KMS that is reached through AWS's operations only, as a remote one: it counts its calls, and
// can be made to fail or to answer what it must not.

import type { AwsKms } from '../../../lib/envelope/remote_kms.js';

type Name = 'generateDataKey' | 'encrypt' | 'decrypt';

export interface CountingKms {
  readonly kms: AwsKms;
  readonly calls: Record<Name, number>;
  readonly requests: Record<string, unknown>[];
  /** Plaintext data keys that it handed out and was handed. */
  readonly plaintexts: Uint8Array[];
  /** Thrown by every call. */
  failure: unknown;
  /** Put over every answer. */
  answer: object;
}

export function countingKms(behind: AwsKms): CountingKms {
  const calls = { generateDataKey: 0, encrypt: 0, decrypt: 0 };
  const requests: Record<string, unknown>[] = [];
  const plaintexts: Uint8Array[] = [];
  const call = async (name: Name, input: never) => {
    calls[name] += 1;
    requests.push(input);
    if (counting.failure !== undefined) throw counting.failure;
    const given = input as { Plaintext?: Uint8Array };
    if (given.Plaintext !== undefined) plaintexts.push(given.Plaintext);
    const answer = { ...(await behind[name](input)), ...counting.answer };
    if (answer.Plaintext !== undefined) plaintexts.push(answer.Plaintext);
    return answer;
  };
  const counting: CountingKms = {
    kms: {
      generateDataKey: (input) => call('generateDataKey', input as never),
      encrypt: (input) => call('encrypt', input as never),
      decrypt: (input) => call('decrypt', input as never),
    },
    calls,
    requests,
    plaintexts,
    failure: undefined,
    answer: {},
  };
  return counting;
}
