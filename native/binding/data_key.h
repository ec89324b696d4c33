// DataKey: the binding of data keys and their boxes.
#ifndef KEYSTEAD_BINDING_DATA_KEY_H_
#define KEYSTEAD_BINDING_DATA_KEY_H_

#include <napi.h>

#include "core/aes_gcm.h"
#include "core/share_registry.h"
#include "handle.h"

namespace keystead {

struct DataKey {
  static constexpr HandleKind kKind = HandleKind::kDataKey;
  static constexpr char kName[] = "data key";
  SharedDataKey key;
};

// Room for a data key in the arena; kSecureMemory when there is none.
Status NewDataKeyMemory(SharedDataKey* key, size_t size = kAes256KeyBytes);
// A handle of `key`: `emptied`, a data key's handle that was disposed of, filled again, or a new
// one when `emptied` is undefined. Making and collecting an external costs more than wrapping a
// key.
Napi::Value MakeDataKeyHandle(SharedDataKey key, const Napi::Value& emptied);

void ExportDataKey(Napi::Env env, Napi::Object exports);
void ExportDataKeyAsync(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_DATA_KEY_H_
