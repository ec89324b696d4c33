#include "core/root_key.h"

#include "arguments.h"
#include "core/argon2id.h"
#include "core/constant_time.h"
#include "core/openssl_runtime.h"
#include "core/root_key_file.h"
#include "core/wipe.h"
#include "export_function.h"
#include "kms_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

constexpr uint64_t kMaxUint32 = 0xFFFFFFFF;
constexpr size_t kPassphraseSaltBytes = 16;

const RootKey& KeyArgument(const Napi::CallbackInfo& info) {
  return GetHandle<RootKeyObject>(info[0]).key;
}

Bytes StoreIdArgument(const Napi::Value& value) {
  return BytesArgument(value, "storeId", kStoreIdBytes);
}

void ThrowIfFileError(Napi::Env env, const FileResult& result, const std::string& path) {
  ThrowIfError(env, result, "ERR_ROOT_KEY", "root key file `" + path + "`");
}

Napi::Value Derive(Napi::Env env, Bytes root_key, Bytes store_id) {
  RootKeyObject object;
  ThrowIfError(env, RootKey::Derive(root_key.data, store_id.data, &object.key));
  return MakeHandle(env, HandleSlot<RootKeyObject>(std::move(object)));
}

Napi::Value CreateFile(const Napi::CallbackInfo& info) {
  const std::string path = StringArgument(info[0], "path");
  const FileResult result = CreateRootKeyFile(path.c_str());
  if (result.problem == FileProblem::kExists) return Napi::Boolean::New(info.Env(), false);
  ThrowIfFileError(info.Env(), result, path);
  return Napi::Boolean::New(info.Env(), true);
}

Napi::Value FromFile(const Napi::CallbackInfo& info) {
  const std::string path = StringArgument(info[0], "path");
  const Bytes store_id = StoreIdArgument(info[1]);
  SecureBuffer key;
  ThrowIfFileError(info.Env(), ReadRootKeyFile(path.c_str(), &key), path);
  return Derive(info.Env(), key.bytes(), store_id);
}

Napi::Value FromPassphrase(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const MutableBytes passphrase = BytesArgument(info[0], "passphrase");
  const WipeOnReturn wipe(passphrase);
  const Bytes salt = BytesArgument(info[1], "salt", kPassphraseSaltBytes);
  const Argon2idCost cost = {
      static_cast<uint32_t>(IntegerArgument(info[2], "memoryKiB", 1, kMaxUint32)),
      static_cast<uint32_t>(IntegerArgument(info[3], "passes", 1, kMaxUint32)),
      static_cast<uint32_t>(IntegerArgument(info[4], "lanes", 1, kMaxUint32))};
  const Bytes store_id = StoreIdArgument(info[5]);
  ThrowIfError(env, EnsureStarted());
  SecureBuffer key(kRootKeyBytes);
  if (!key.ok()) throw MakeError(env, Status::kSecureMemory);
  ThrowIfError(env, Argon2id(passphrase, salt, cost, key.mutable_bytes()));
  return Derive(env, key.bytes(), store_id);
}

Napi::Value FromBytes(const Napi::CallbackInfo& info) {
  const MutableBytes bytes = BytesArgument(info[0], "bytes", kRootKeyBytes);
  const WipeOnReturn wipe(bytes);
  // Every root key is wiped after use: whoever gives the same array twice gives zeros.
  static constexpr uint8_t kZero[kRootKeyBytes] = {};
  if (ConstantTimeEqual(bytes, {kZero, kRootKeyBytes})) {
    throw MakeError(info.Env(), "ERR_ROOT_KEY", "the root key is all zeros");
  }
  return Derive(info.Env(), bytes, StoreIdArgument(info[1]));
}

Napi::Value Seal(const Napi::CallbackInfo& info) {
  (void)KeyArgument(info);
  const size_t size = BytesArgument(info[1], "plaintext").size;
  const OwnBytes sealed(info.Env(), size + kBoxOverheadBytes);
  const RootKey& root = KeyArgument(info);
  const Bytes plaintext = BytesArgument(info[1], "plaintext", size);
  const Bytes aad = BytesArgument(info[2], "aad");
  sealed.RequireApart(info.Env(), plaintext, "plaintext");
  sealed.RequireApart(info.Env(), aad, "aad");
  ThrowIfError(info.Env(), SealBox(root.store_key(), aad, plaintext, sealed.bytes.data));
  return sealed.ToValue(info.Env());
}

Napi::Value Unseal(const Napi::CallbackInfo& info) {
  (void)KeyArgument(info);
  const size_t size = BytesArgument(info[1], "sealed").size;
  if (size < kBoxOverheadBytes) throw MakeError(info.Env(), Status::kDecryptionFailed);
  const OwnBytes plaintext(info.Env(), size - kBoxOverheadBytes);
  const RootKey& root = KeyArgument(info);
  const Bytes sealed = BytesArgument(info[1], "sealed", size);
  const Bytes aad = BytesArgument(info[2], "aad");
  plaintext.RequireApart(info.Env(), sealed, "sealed");
  plaintext.RequireApart(info.Env(), aad, "aad");
  ThrowIfError(info.Env(), OpenBox(root.store_key(), aad, sealed, plaintext.bytes.data));
  return plaintext.ToValue(info.Env());
}

}  // namespace

void ExportRootKey(Napi::Env, Napi::Object exports) {
  ExportFunction<CreateFile>(exports, "rootKeyCreateFile");
  ExportFunction<FromFile>(exports, "rootKeyFromFile");
  ExportFunction<FromPassphrase>(exports, "rootKeyFromPassphrase");
  ExportFunction<FromBytes>(exports, "rootKeyFromBytes");
  ExportFunction<Seal>(exports, "rootKeySeal");
  ExportFunction<Unseal>(exports, "rootKeyUnseal");
  ExportFunction<DisposeHandle<RootKeyObject>>(exports, "rootKeyDispose");
}

}  // namespace keystead
