// The AWS Encryption SDK for JavaScript, as the other side.

import {
  buildClient,
  CommitmentPolicy,
  KmsKeyringNode,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';
import type { AwsKms } from '../../../lib/envelope/remote_kms.js';

/** Writes and reads suites with key commitment. */
export const sdk = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
/** Writes suites without key commitment, and reads all. */
export const oldSdk = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);

/** The SDK's KMS keyring over any client. */
export function sdkKeyring(client: AwsKms, keyId: string, further: string[] = []): KmsKeyringNode {
  const clientProvider = () => client as never;
  return new KmsKeyringNode({ clientProvider, generatorKeyId: keyId, keyIds: further });
}

export function sdkRawKeyring(
  keyNamespace: string,
  keyName: string,
  wrappingKey: Uint8Array,
): RawAesKeyringNode {
  return new RawAesKeyringNode({
    keyNamespace,
    keyName,
    unencryptedMasterKey: Uint8Array.from(wrappingKey),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
    // Without it, mixed-case and non-ASCII contexts are sorted as no other Encryption SDK sorts
    // them.
    utf8Sorting: true,
  });
}
