// What a change of the root key does to IAM's records: the secrets of access keys are wrapped anew.

import type { Rewrap } from '../keys/rekey.js';
import type { AccessKeyRecord } from './records.js';
import { decodeIamRecord, encodeIamRecord, iamPrefix } from './records.js';

interface HoldsAccessKeys {
  readonly format: 1;
  readonly accessKeys?: readonly AccessKeyRecord[];
}

/** Users and accounts hold access keys; the other records under the prefix stay as they are. */
export const iamRewraps: Readonly<Record<string, Rewrap>> = {
  [iamPrefix]: (hsm, from, to, _, value) => {
    const record = decodeIamRecord<HoldsAccessKeys>(value);
    if (record.accessKeys === undefined) return value;
    const accessKeys = record.accessKeys.map((key) => {
      const wrapped = new Uint8Array(Buffer.from(key.wrappedSecret, 'base64'));
      const rewrapped = hsm.accessKeyRewrap(from, to, key.accessKeyId, wrapped);
      return { ...key, wrappedSecret: Buffer.from(rewrapped).toString('base64') };
    });
    return encodeIamRecord<HoldsAccessKeys>({ ...record, accessKeys });
  },
};
