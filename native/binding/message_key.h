// The keys of messages: data keys of any suite's size, and signing keys. No function returns their
// bytes.
#ifndef KEYSTEAD_BINDING_MESSAGE_KEY_H_
#define KEYSTEAD_BINDING_MESSAGE_KEY_H_

#include <napi.h>

#include "core/message_signature.h"
#include "core/share_registry.h"
#include "handle.h"

namespace keystead {

struct MessageDataKey {
  static constexpr HandleKind kKind = HandleKind::kMessageDataKey;
  static constexpr char kName[] = "data key";
  SharedDataKey key;
};

struct MessageSigningKeyObject {
  static constexpr HandleKind kKind = HandleKind::kMessageSigningKey;
  static constexpr char kName[] = "signing key";
  std::shared_ptr<MessageSigningKey> key;
};

// AES-128, AES-192 and AES-256.
inline bool IsMessageDataKeySize(size_t size) { return size == 16 || size == 24 || size == 32; }

// The key of either kind of data key's handle.
const SharedDataKey& AnyDataKeyArgument(const Napi::Value& value);

void ExportMessageKey(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_MESSAGE_KEY_H_
