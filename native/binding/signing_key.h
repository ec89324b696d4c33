// SigningKeyHandle: the binding of access keys and signing keys.
#ifndef KEYSTEAD_BINDING_SIGNING_KEY_H_
#define KEYSTEAD_BINDING_SIGNING_KEY_H_

#include <napi.h>

#include "core/signing_key.h"
#include "handle.h"

namespace keystead {

struct SigningKeyObject {
  static constexpr HandleKind kKind = HandleKind::kSigningKey;
  static constexpr char kName[] = "signing key";
  SigningKey key;
};

void ExportSigningKey(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_SIGNING_KEY_H_
