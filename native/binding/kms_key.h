// KmsKeyHandle and RootKeyHandle: the binding of KMS keys and root keys. No function of theirs
// returns their bytes.
#ifndef KEYSTEAD_BINDING_KMS_KEY_H_
#define KEYSTEAD_BINDING_KMS_KEY_H_

#include <napi.h>

#include "core/kms_key.h"
#include "data_key.h"
#include "handle.h"

namespace keystead {

struct KmsKeyObject {
  static constexpr HandleKind kKind = HandleKind::kKmsKey;
  static constexpr char kName[] = "KMS key";
  KmsKey key;
};

struct RootKeyObject {
  static constexpr HandleKind kKind = HandleKind::kRootKey;
  static constexpr char kName[] = "root key";
  RootKey key;
};

// The blob of a data key.
constexpr size_t kWrappedDataKeyBytes = kAes256KeyBytes + kBlobOverheadBytes;

// Whether a blob of any plaintext can have that size.
constexpr bool IsBlobSize(size_t size) {
  return size > kBlobOverheadBytes && size <= kBlobOverheadBytes + kMaxPlaintextBytes;
}

// A fresh data key, and its wrapped form in `blob` (kWrappedDataKeyBytes).
Status NewWrappedDataKey(const KmsKey& kms_key, Bytes context, uint8_t* blob, SharedDataKey* key);
// The data key in `blob`; kDecryptionFailed also when the blob holds anything but a data key.
Status UnwrapDataKey(const KmsKey& kms_key, Bytes blob, Bytes context, SharedDataKey* key);

void ExportKmsKey(Napi::Env env, Napi::Object exports);
void ExportKmsKeyBatches(Napi::Env env, Napi::Object exports);
void ExportRootKey(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_KMS_KEY_H_
