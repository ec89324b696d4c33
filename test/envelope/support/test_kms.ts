// A KMS in memory with a key, for tests of messages.

import { afterAll } from 'vitest';
import { Kms } from '../../../lib/kms.js';
import type { KmsClient } from '../../../lib/kms_client.js';

export interface TestKms {
  readonly kms: Kms;
  readonly client: KmsClient;
  /** A key's ARN. */
  readonly keyId: string;
}

/** Closed after the tests of the file. */
export async function openTestKms(): Promise<TestKms> {
  const kms = await Kms.open({ store: 'memory' });
  afterAll(() => kms.close());
  const client = kms.client();
  return { kms, client, keyId: await newKey(client) };
}

export async function newKey(client: KmsClient): Promise<string> {
  return (await client.createKey()).KeyMetadata.Arn;
}
