// The AWS Encryption SDK for JavaScript over a KMS client, with and without its cache of data keys.

import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  KmsKeyringNode,
  NodeCachingMaterialsManager,
} from '@aws-crypto/client-node';

const { encrypt, decrypt } = buildClient({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
});
const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;

/** Encrypts and decrypts whole messages with the suite, frame length and keys of `options`. */
export function sdkOver(client, { keyId, frameLength, encryptionContext, cache }) {
  const keyring = new KmsKeyringNode({ clientProvider: () => client, generatorKeyId: keyId });
  const materials = cache ? caching(keyring) : keyring;
  return {
    encrypt: async (plaintext) => {
      const options = {
        suiteId,
        frameLength,
        encryptionContext,
        plaintextLength: plaintext.length,
      };
      return (await encrypt(materials, plaintext, options)).result;
    },
    decrypt: async (message) => (await decrypt(materials, message)).plaintext,
  };
}

function caching(backingMaterials) {
  return new NodeCachingMaterialsManager({
    backingMaterials,
    cache: getLocalCryptographicMaterialsCache(100),
    maxAge: 3_600_000,
  });
}
