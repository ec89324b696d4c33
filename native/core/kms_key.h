// KmsKey: an opened KMS key. Makes key material, wraps it under the root key, and wraps and unwraps
// data keys and small plaintexts as ciphertext blobs (docs/format.md gives the byte layout and the
// derivation).
#ifndef KEYSTEAD_CORE_KMS_KEY_H_
#define KEYSTEAD_CORE_KMS_KEY_H_

#include "ciphertext_blob.h"
#include "hmac.h"
#include "root_key.h"
#include "secure_buffer.h"
#include "status.h"
#include "xaes_gcm.h"

namespace keystead {

constexpr size_t kKeyMaterialBytes = 32;
constexpr size_t kWrappedKeyMaterialBytes = kKeyMaterialBytes + kBoxOverheadBytes;
constexpr size_t kMaxPlaintextBytes = 4096;          // AWS KMS Encrypt
constexpr size_t kMaxEncryptionContextBytes = 8192;  // serialized

// The secrets of an opened key, in the arena. INVARIANT: written only while the key is made.
struct KmsKeySecrets {
  uint8_t material[kKeyMaterialBytes];
  HmacKey<Sha256> derivation;
};

class KmsKey {
 public:
  // Makes fresh key material for `id`; writes its id (32 bytes) and its wrapped form (72 bytes).
  static Status Create(const RootKey& root, const KeyId& id, uint8_t* material_id, uint8_t* wrapped,
                       KmsKey* key);

  // Opens wrapped material (72 bytes). kDecryptionFailed when it was wrapped for another key or
  // under another root key.
  static Status Open(const RootKey& root, const KeyId& id, const uint8_t* material_id,
                     Bytes wrapped, KmsKey* key);

  // Wraps wrapped material (72 bytes) under another root key, into `rewrapped` (72 bytes).
  // kDecryptionFailed as for Open.
  static Status Rewrap(const RootKey& from, const RootKey& to, const KeyId& id,
                       const uint8_t* material_id, Bytes wrapped, uint8_t* rewrapped);

  // Wraps 1 to 4,096 bytes, bound to the serialized encryption context (at most 8,192 bytes), into
  // `blob`: `plaintext.size` + kBlobOverheadBytes. Thread-safe.
  Status Wrap(Bytes plaintext, Bytes encryption_context, uint8_t* blob) const;

  // Unwraps `blob` into `plaintext` (`blob.size` - kBlobOverheadBytes). kDecryptionFailed, with
  // `plaintext` wiped, for a blob of another key, another context or changed bytes. Thread-safe.
  Status Unwrap(Bytes blob, Bytes encryption_context, uint8_t* plaintext) const;

 private:
  void Adopt(SecureBuffer secrets, const KeyId& id, const uint8_t* material_id);
  const KmsKeySecrets& secrets() const {
    return *reinterpret_cast<const KmsKeySecrets*>(secrets_.data());
  }

  SecureBuffer secrets_;
  uint8_t blob_prefix_[kBlobPrefixBytes] = {};  // the first bytes of every blob of this key
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_KMS_KEY_H_
