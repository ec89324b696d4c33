// The values that members of AWS's requests are chosen from, in AWS's order: once, for the types and
// for the checks.

export const keySpecs = [
  'SYMMETRIC_DEFAULT',
  'HMAC_224',
  'HMAC_256',
  'HMAC_384',
  'HMAC_512',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_NIST_EDWARDS25519',
  'ECC_SECG_P256K1',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
  'SM2',
] as const;
export type KeySpec = (typeof keySpecs)[number];

/** The deprecated name of KeySpec ends before these. */
type LaterKeySpec = `ML_${string}` | 'ECC_NIST_EDWARDS25519';
export type CustomerMasterKeySpec = Exclude<KeySpec, LaterKeySpec>;
export const customerMasterKeySpecs: readonly CustomerMasterKeySpec[] = keySpecs.filter(
  (spec): spec is CustomerMasterKeySpec =>
    !spec.startsWith('ML_') && spec !== 'ECC_NIST_EDWARDS25519',
);

export const keyUsages = [
  'ENCRYPT_DECRYPT',
  'SIGN_VERIFY',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
] as const;
export type KeyUsageType = (typeof keyUsages)[number];

export const origins = ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] as const;
export type OriginType = (typeof origins)[number];

export const encryptionAlgorithms = [
  'SYMMETRIC_DEFAULT',
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'SM2PKE',
] as const;
export type EncryptionAlgorithmSpec = (typeof encryptionAlgorithms)[number];

export const dataKeySpecs = ['AES_256', 'AES_128'] as const;
export type DataKeySpec = (typeof dataKeySpecs)[number];

export const dryRunModifiers = ['IGNORE_CIPHERTEXT'] as const;
export type DryRunModifierType = (typeof dryRunModifiers)[number];

export const includedKeyMaterials = ['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY'] as const;
export type IncludeKeyMaterial = (typeof includedKeyMaterials)[number];
