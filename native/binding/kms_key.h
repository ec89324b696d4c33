// KmsKeyHandle and RootKeyHandle: the binding of KMS keys and root keys. No function of theirs
// returns their bytes.
#ifndef KEYSTEAD_BINDING_KMS_KEY_H_
#define KEYSTEAD_BINDING_KMS_KEY_H_

#include <napi.h>

#include "core/kms_key.h"
#include "handle.h"

namespace keystead {

struct KmsKeyObject {
  static constexpr HandleKind kKind = HandleKind::kKmsKey;
  KmsKey key;
};

struct RootKeyObject {
  static constexpr HandleKind kKind = HandleKind::kRootKey;
  RootKey key;
};

void ExportKmsKey(Napi::Env env, Napi::Object exports);
void ExportRootKey(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_KMS_KEY_H_
