#include "message_key.h"

#include <cstring>

#include "arguments.h"
#include "core/wipe.h"
#include "data_key.h"
#include "export_function.h"
#include "own_bytes.h"

namespace keystead {

namespace {

Napi::Value Import(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const MutableBytes bytes = BytesArgument(info[0], "bytes");
  if (!IsMessageDataKeySize(bytes.size)) {
    ThrowInvalidArgument(
        env, "a message's data key has 16, 24 or 32 bytes, got " + std::to_string(bytes.size));
  }
  SharedDataKey key;
  ThrowIfError(env, NewDataKeyMemory(&key, bytes.size));
  memcpy(key->data(), bytes.data, bytes.size);
  if (info[1].ToBoolean()) Wipe(bytes.data, bytes.size);
  return MakeHandle(env, HandleSlot<MessageDataKey>(MessageDataKey{std::move(key)}));
}

Napi::Value GenerateSigningKey(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  MessageSigningKeyObject object{std::make_shared<MessageSigningKey>()};
  ThrowIfError(env, MessageSigningKey::Generate(object.key.get()));
  return MakeHandle(env, HandleSlot<MessageSigningKeyObject>(std::move(object)));
}

Napi::Value PublicKey(const Napi::CallbackInfo& info) {
  const MessageSigningKeyObject& object = GetHandle<MessageSigningKeyObject>(info[0]);
  const OwnBytes text(info.Env(), kPublicKeyTextBytes);
  ThrowIfError(info.Env(), object.key->PublicKeyText(text.bytes.data));
  return text.ToValue(info.Env());
}

}  // namespace

const SharedDataKey& AnyDataKeyArgument(const Napi::Value& value) {
  if (IsHandle<DataKey>(value)) return GetHandle<DataKey>(value).key;
  return GetHandle<MessageDataKey>(value).key;
}

void ExportMessageKey(Napi::Env, Napi::Object exports) {
  ExportFunction<Import>(exports, "messageDataKeyImport");
  ExportFunction<DisposeHandle<MessageDataKey>>(exports, "messageDataKeyDispose");
  ExportFunction<GenerateSigningKey>(exports, "messageSigningKeyGenerate");
  ExportFunction<PublicKey>(exports, "messageSigningKeyPublicKey");
  ExportFunction<DisposeHandle<MessageSigningKeyObject>>(exports, "messageSigningKeyDispose");
}

}  // namespace keystead
