#include "data_key.h"

#include <cstring>

#include "arguments.h"
#include "core/openssl_runtime.h"
#include "core/random_pool.h"
#include "core/wipe.h"
#include "core/xaes_gcm.h"
#include "environment.h"
#include "export_function.h"
#include "own_bytes.h"

namespace keystead {

namespace {

const SharedDataKey& KeyArgument(const Napi::CallbackInfo& info) {
  return GetHandle<DataKey>(info[0]).key;
}

size_t TextSize(Napi::Env env, Bytes box) {
  if (box.size < kBoxOverheadBytes) throw MakeError(env, Status::kDecryptionFailed);
  return box.size - kBoxOverheadBytes;
}

Napi::Value Generate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  SharedDataKey key;
  ThrowIfError(env, NewDataKeyMemory(&key));
  ThrowIfError(env, RandomKeyBytes(key->mutable_bytes()));
  return MakeDataKeyHandle(std::move(key), info[0]);
}

Napi::Value Import(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const MutableBytes bytes = BytesArgument(info[0], "bytes", kAes256KeyBytes);
  const bool wipe = info[1].ToBoolean();
  SharedDataKey key;
  ThrowIfError(env, NewDataKeyMemory(&key));
  memcpy(key->data(), bytes.data, bytes.size);
  if (wipe) Wipe(bytes.data, bytes.size);
  return MakeDataKeyHandle(std::move(key), info[2]);
}

Napi::Value EncryptInto(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SharedDataKey& key = KeyArgument(info);
  const Bytes plaintext = BytesArgument(info[1], "plaintext");
  const MutableBytes out = OutArgument(info[2], plaintext.size + kBoxOverheadBytes);
  const Bytes aad = OptionalBytesArgument(info[3], "aad");
  RequireDisjoint(env, plaintext, "plaintext", out, "out");
  RequireDisjoint(env, aad, "aad", out, "out");
  ThrowIfError(env, SealBox(key->data(), aad, plaintext, out.data));
  return Napi::Number::New(env, static_cast<double>(out.size));
}

Napi::Value Encrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  (void)KeyArgument(info);
  const OwnBytes box(env, BytesArgument(info[1], "plaintext").size + kBoxOverheadBytes);
  const SharedDataKey& key = KeyArgument(info);
  const Bytes plaintext = BytesArgument(info[1], "plaintext", box.bytes.size - kBoxOverheadBytes);
  const Bytes aad = OptionalBytesArgument(info[2], "aad");
  box.RequireApart(env, plaintext, "plaintext");
  box.RequireApart(env, aad, "aad");
  ThrowIfError(env, SealBox(key->data(), aad, plaintext, box.bytes.data));
  return box.ToValue(env);
}

Napi::Value DecryptInto(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SharedDataKey& key = KeyArgument(info);
  const Bytes box = BytesArgument(info[1], "box");
  const MutableBytes out = OutArgument(info[2], TextSize(env, box));
  const Bytes aad = OptionalBytesArgument(info[3], "aad");
  RequireDisjoint(env, box, "box", out, "out");
  RequireDisjoint(env, aad, "aad", out, "out");
  ThrowIfError(env, OpenBox(key->data(), aad, box, out.data));
  return Napi::Number::New(env, static_cast<double>(out.size));
}

Napi::Value Decrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  (void)KeyArgument(info);
  const OwnBytes text(env, TextSize(env, BytesArgument(info[1], "box")));
  const SharedDataKey& key = KeyArgument(info);
  const Bytes box = BytesArgument(info[1], "box", text.bytes.size + kBoxOverheadBytes);
  const Bytes aad = OptionalBytesArgument(info[2], "aad");
  text.RequireApart(env, box, "box");
  text.RequireApart(env, aad, "aad");
  ThrowIfError(env, OpenBox(key->data(), aad, box, text.bytes.data));
  return text.ToValue(env);
}

Napi::Value Export(const Napi::CallbackInfo& info) {
  const SharedDataKey& key = KeyArgument(info);
  const OwnBytes bytes(info.Env(), key->size());
  memcpy(bytes.bytes.data, key->data(), key->size());
  return bytes.ToValue(info.Env());
}

Napi::Value Share(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SharedDataKey& key = KeyArgument(info);
  const OwnBytes token(env, kShareTokenBytes);
  const Status status = OpenShare(Environment::Of(env)->id(), key, token.bytes.data);
  if (status == Status::kInvalidArgument) {
    ThrowInvalidArgument(env, "too many shared keys are waiting to be adopted");
  }
  ThrowIfError(env, status);
  return token.ToValue(env);
}

Napi::Value Adopt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Bytes token = BytesArgument(info[0], "token", kShareTokenBytes);
  SharedDataKey key = TakeShare(token.data);
  if (key == nullptr) {
    throw MakeError(env, "ERR_INVALID_HANDLE", "the token was used, withdrawn or never made");
  }
  return MakeDataKeyHandle(std::move(key), info[1]);
}

Napi::Value Empty(const Napi::CallbackInfo& info) {
  return MakeHandle(info.Env(), HandleSlot<DataKey>());
}

Napi::Value IsDisposed(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), !GetSlot<DataKey>(info[0]).has_value());
}

}  // namespace

Status NewDataKeyMemory(SharedDataKey* key, size_t size) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  *key = std::make_shared<SecureBuffer>(size);
  return (*key)->ok() ? Status::kOk : Status::kSecureMemory;
}

Napi::Value MakeDataKeyHandle(SharedDataKey key, const Napi::Value& emptied) {
  const Napi::Env env = emptied.Env();
  if (emptied.IsUndefined()) return MakeHandle(env, HandleSlot<DataKey>(DataKey{std::move(key)}));
  HandleSlot<DataKey>& slot = GetSlot<DataKey>(emptied);
  if (slot.has_value()) {
    throw MakeError(env, "ERR_INVALID_HANDLE", "a handle can be filled again once it is empty");
  }
  slot.emplace(DataKey{std::move(key)});
  return emptied;
}

void ExportDataKey(Napi::Env, Napi::Object exports) {
  ExportFunction<Empty>(exports, "dataKeyEmpty");
  ExportFunction<Generate>(exports, "dataKeyGenerate");
  ExportFunction<Import>(exports, "dataKeyImport");
  ExportFunction<Encrypt>(exports, "dataKeyEncrypt");
  ExportFunction<EncryptInto>(exports, "dataKeyEncryptInto");
  ExportFunction<Decrypt>(exports, "dataKeyDecrypt");
  ExportFunction<DecryptInto>(exports, "dataKeyDecryptInto");
  ExportFunction<Export>(exports, "dataKeyExport");
  ExportFunction<Share>(exports, "dataKeyShare");
  ExportFunction<Adopt>(exports, "dataKeyAdopt");
  ExportFunction<DisposeHandle<DataKey>>(exports, "dataKeyDispose");
  ExportFunction<IsDisposed>(exports, "dataKeyIsDisposed");
}

}  // namespace keystead
