// Data keys: the whole of an operation in process (validation, authorization, wrap) against node:crypto making 32 random
// bytes and wrapping them with AES-256-GCM and associated data, and nothing else.

import crypto from 'node:crypto';
import { Kms } from 'keystead';
import { measure } from './measure.mjs';
import * as nodeCrypto from './peers/node_crypto.mjs';

/** A trip through benny's asynchronous loop costs more than an operation: each case does so many in a trip. */
const operations = 100;
const target = 2.5;
const against = 'node:crypto';

/** @returns rows as benchDataKey */
export async function benchKms() {
  const kms = await Kms.open({ store: 'memory' });
  try {
    return await benchOperations(kms.client());
  } finally {
    await kms.close();
  }
}

async function benchOperations(client) {
  const { KeyMetadata } = await client.createKey();
  const keyId = 'alias/bench';
  await client.createAlias({ AliasName: keyId, TargetKeyId: KeyMetadata.KeyId });
  const rates = await measure('data keys', cases(await operationsOf(client, keyId)));
  return [...rates.keys()]
    .filter((label) => label !== against)
    .map((what) => ({
      what,
      rate: rates.get(what),
      against,
      peerRate: rates.get(against),
      target,
    }));
}

async function operationsOf(client, keyId) {
  const encryptionContext = { tenant: 'alice' };
  const request = { keyId, encryptionContext };
  const awsRequest = { KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: encryptionContext };
  const { CiphertextBlob } = await client.generateDataKey(awsRequest);
  const awsBlob = { CiphertextBlob, EncryptionContext: encryptionContext };
  const blob = { encryptedDataKey: CiphertextBlob, encryptionContext };
  return {
    newDataKey: async () => (await client.newDataKey(request)).dataKey.dispose(),
    openDataKey: async () => (await client.openDataKey(blob)).dataKey.dispose(),
    generateDataKey: () => client.generateDataKey(awsRequest),
    decrypt: () => client.decrypt(awsBlob),
  };
}

function cases(byName) {
  const key = crypto.randomBytes(32);
  const aad = crypto.randomBytes(24);
  const baseline = async () => nodeCrypto.wrapRandomKey(key, aad);
  return Object.entries({ [against]: baseline, ...byName }).map(([label, operation]) => ({
    label,
    operations,
    run: async () => {
      for (let i = 0; i < operations; i++) await operation();
    },
  }));
}
