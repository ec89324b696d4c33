#include "audit_key.h"

#include "arguments.h"
#include "export_function.h"
#include "kms_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

const RootKey& RootArgument(const Napi::Value& value) {
  return GetHandle<RootKeyObject>(value).key;
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const OwnBytes wrapped(env, kWrappedAuditKeyBytes);
  ThrowIfError(env, AuditKey::Create(RootArgument(info[0]), wrapped.bytes.data));
  return wrapped.ToValue(env);
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& root = RootArgument(info[0]);
  AuditKeyObject object;
  ThrowIfError(env, AuditKey::Open(root, BytesArgument(info[1], "wrappedAuditKey"), &object.key));
  return MakeHandle(env, HandleSlot<AuditKeyObject>(std::move(object)));
}

Napi::Value Rewrap(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& from = RootArgument(info[0]);
  const RootKey& to = RootArgument(info[1]);
  const Bytes wrapped = BytesArgument(info[2], "wrappedAuditKey");
  const OwnBytes rewrapped(env, kWrappedAuditKeyBytes);
  ThrowIfError(env, AuditKey::Rewrap(from, to, wrapped, rewrapped.bytes.data));
  return rewrapped.ToValue(env);
}

Napi::Value Mac(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const AuditKey& key = GetHandle<AuditKeyObject>(info[0]).key;
  const Bytes bytes = BytesArgument(info[1], "bytes");
  const OwnBytes mac(env, kAuditMacBytes);
  ThrowIfError(env, key.Mac(bytes, mac.bytes.data));
  return mac.ToValue(env);
}

}  // namespace

void ExportAuditKey(Napi::Env, Napi::Object exports) {
  ExportFunction<Create>(exports, "auditKeyCreate");
  ExportFunction<Open>(exports, "auditKeyOpen");
  ExportFunction<Rewrap>(exports, "auditKeyRewrap");
  ExportFunction<Mac>(exports, "auditKeyMac");
  ExportFunction<DisposeHandle<AuditKeyObject>>(exports, "auditKeyDispose");
}

}  // namespace keystead
