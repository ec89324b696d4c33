// An object store that encrypts as S3 does with SSE-KMS: for each object it asks the KMS, on the caller's
// behalf, for a data key whose encryption context is the object's ARN. The key's policy lets people use
// the key through the store and not otherwise, so that reading an object needs both: access to the
// object, and permission to use the key.
//
//   node examples/object_store.mjs

import { Kms } from 'keystead';

const [account, region] = ['111122223333', 'eu-central-1'];
const bucket = 'battleplans';

/** Whoever may use the key through S3, and nobody directly; the account keeps the key in order. */
const keyPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Use through the object store',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:user/alice` },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
    {
      Sid: 'Administration',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:Put*', 'kms:CreateAlias'],
      Resource: '*',
    },
  ],
};

/** Objects at rest: ciphertext, the encrypted data key beside it, and no key. */
class ObjectStore {
  #objects = new Map();

  /** @param client - the caller's own, as the store has authenticated him */
  async put(client, keyId, name, bytes) {
    // `via` tells the KMS that S3 asks, and for whom.
    const { dataKey, encryptedDataKey } = await client.via('s3').newDataKey({
      keyId,
      encryptionContext: contextOf(name),
    });
    try {
      this.#objects.set(name, { encryptedDataKey, box: dataKey.encrypt(bytes) });
    } finally {
      dataKey.dispose();
    }
  }

  async get(client, name) {
    const { encryptedDataKey, box } = this.#objects.get(name);
    const { dataKey } = await client.via('s3').openDataKey({
      encryptedDataKey,
      encryptionContext: contextOf(name),
    });
    try {
      return dataKey.decrypt(box);
    } finally {
      dataKey.dispose();
    }
  }

  /** What a thief of the disk, or a bug, could do: one object under another's name. */
  swap(name, other) {
    this.#objects.set(name, this.#objects.get(other));
  }
}

/** As S3 has it. */
function contextOf(name) {
  return { 'aws:s3:arn': `arn:aws:s3:::${bucket}/${name}` };
}

async function main() {
  const kms = await Kms.open({ store: 'memory', account, region });
  const { KeyMetadata } = await kms.client().createKey({ Policy: JSON.stringify(keyPolicy) });
  const keyId = KeyMetadata.Arn;
  const alice = kms.client({ principal: `arn:aws:iam::${account}:user/alice` });
  const bob = kms.client({ principal: `arn:aws:iam::${account}:user/bob` });
  const store = new ObjectStore();

  await store.put(alice, keyId, 'plan.txt', Buffer.from('find all the doggos'));
  await store.put(alice, keyId, 'other.txt', Buffer.from('distract them'));
  console.log(`alice reads  ${Buffer.from(await store.get(alice, 'plan.txt'))}`);

  const refusals = {
    'bob, through the store': () => store.get(bob, 'plan.txt'),
    'alice, around the store': () =>
      alice.newDataKey({ keyId, encryptionContext: contextOf('plan.txt') }),
    'alice, an object swapped': () => {
      store.swap('plan.txt', 'other.txt');
      return store.get(alice, 'plan.txt');
    },
  };
  for (const [who, work] of Object.entries(refusals)) {
    const error = await work().then(
      () => {
        throw new Error(`${who}: was not refused`);
      },
      (refusal) => refusal,
    );
    console.log(`refused      ${who}: ${error.name} ${error.message}`.trimEnd());
  }
  await kms.close();
}

await main();
