#include "kms_key.h"

#include <cstring>

#include "arguments.h"
#include "core/openssl_runtime.h"
#include "core/random_pool.h"
#include "core/wipe.h"
#include "data_key.h"
#include "export_function.h"
#include "message_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

constexpr size_t kMaxDataKeyBytes = 1024;  // AWS KMS GenerateDataKey, NumberOfBytes

KeyId KeyIdArgument(const Napi::Value& kind, const Napi::Value& bytes) {
  KeyId id;
  id.kind = static_cast<KeyIdKind>(IntegerArgument(kind, "keyIdKind", 0, 1));
  memcpy(id.bytes, BytesArgument(bytes, "keyId", kKeyIdBytes).data, kKeyIdBytes);
  return id;
}

const KmsKey& KeyArgument(const Napi::CallbackInfo& info) {
  return GetHandle<KmsKeyObject>(info[0]).key;
}

size_t PlaintextSize(Napi::Env env, Bytes blob) {
  if (!IsBlobSize(blob.size)) throw MakeError(env, Status::kDecryptionFailed);
  return blob.size - kBlobOverheadBytes;
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& root = GetHandle<RootKeyObject>(info[0]).key;
  const KeyId id = KeyIdArgument(info[1], info[2]);
  const OwnBytes material_id(env, kKeyMaterialIdBytes);
  const OwnBytes wrapped(env, kWrappedKeyMaterialBytes);
  KmsKeyObject object;
  ThrowIfError(env,
               KmsKey::Create(root, id, material_id.bytes.data, wrapped.bytes.data, &object.key));
  Napi::Object created = Napi::Object::New(env);
  created.Set("handle", MakeHandle(env, HandleSlot<KmsKeyObject>(std::move(object))));
  created.Set("keyMaterialId", material_id.ToValue(env));
  created.Set("wrappedKeyMaterial", wrapped.ToValue(env));
  return created;
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& root = GetHandle<RootKeyObject>(info[0]).key;
  const KeyId id = KeyIdArgument(info[1], info[2]);
  const Bytes material_id = BytesArgument(info[3], "keyMaterialId", kKeyMaterialIdBytes);
  const Bytes wrapped = BytesArgument(info[4], "wrappedKeyMaterial");
  KmsKeyObject object;
  ThrowIfError(env, KmsKey::Open(root, id, material_id.data, wrapped, &object.key));
  return MakeHandle(env, HandleSlot<KmsKeyObject>(std::move(object)));
}

Napi::Value Rewrap(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& from = GetHandle<RootKeyObject>(info[0]).key;
  const RootKey& to = GetHandle<RootKeyObject>(info[1]).key;
  const KeyId id = KeyIdArgument(info[2], info[3]);
  const Bytes material_id = BytesArgument(info[4], "keyMaterialId", kKeyMaterialIdBytes);
  const Bytes wrapped = BytesArgument(info[5], "wrappedKeyMaterial");
  const OwnBytes rewrapped(env, kWrappedKeyMaterialBytes);
  ThrowIfError(env, KmsKey::Rewrap(from, to, id, material_id.data, wrapped, rewrapped.bytes.data));
  return rewrapped.ToValue(env);
}

Napi::Value Encrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const KmsKey& key = KeyArgument(info);
  const Bytes plaintext = BytesArgument(info[1], "plaintext");
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  if (plaintext.size > kMaxPlaintextBytes) throw MakeError(env, Status::kInvalidArgument);
  const OwnBytes blob(env, plaintext.size + kBlobOverheadBytes);
  ThrowIfError(env, key.Wrap(plaintext, context, blob.bytes.data));
  return blob.ToValue(env);
}

// The wrapped form of a data key under a further KMS key.
Napi::Value WrapDataKey(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const KmsKey& kms_key = KeyArgument(info);
  const Bytes key = GetHandle<DataKey>(info[1]).key->bytes();
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  const OwnBytes blob(env, kWrappedDataKeyBytes);
  ThrowIfError(env, kms_key.Wrap(key, context, blob.bytes.data));
  return blob.ToValue(env);
}

Napi::Value Decrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const KmsKey& key = KeyArgument(info);
  const Bytes blob = BytesArgument(info[1], "blob");
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  const OwnBytes plaintext(env, PlaintextSize(env, blob));
  ThrowIfError(env, key.Unwrap(blob, context, plaintext.bytes.data));
  return plaintext.ToValue(env);
}

Napi::Value ReEncrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const KmsKey& source = KeyArgument(info);
  const Bytes blob = BytesArgument(info[1], "blob");
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  const KmsKey& destination = GetHandle<KmsKeyObject>(info[3]).key;
  const Bytes new_context = OptionalBytesArgument(info[4], "destinationEncryptionContext");
  SecureBuffer plaintext(PlaintextSize(env, blob));
  if (!plaintext.ok()) throw MakeError(env, Status::kSecureMemory);
  const OwnBytes wrapped(env, blob.size);
  ThrowIfError(env, source.Unwrap(blob, context, plaintext.data()));
  ThrowIfError(env, destination.Wrap(plaintext.bytes(), new_context, wrapped.bytes.data));
  return wrapped.ToValue(env);
}

// Fresh key bytes into `plaintext`, their wrapped form into the caller's `blob`.
void GenerateInto(const Napi::CallbackInfo& info, MutableBytes plaintext) {
  const Napi::Env env = info.Env();
  const KmsKey& key = KeyArgument(info);
  const MutableBytes blob = BytesArgument(info[2], "blob", plaintext.size + kBlobOverheadBytes);
  const Bytes context = OptionalBytesArgument(info[3], "encryptionContext");
  RequireDisjoint(env, context, "encryptionContext", blob, "blob");
  // A data key that has no wrapped form must not linger in the caller's buffer.
  WipeOnReturn wipe(plaintext);
  ThrowIfError(env, RandomKeyBytes(plaintext));
  ThrowIfError(env, key.Wrap(plaintext, context, blob.data));
  wipe.Keep();
}

size_t DataKeyBytesArgument(const Napi::CallbackInfo& info) {
  return IntegerArgument(info[1], "bytes", 1, kMaxDataKeyBytes);
}

Napi::Value GenerateDataKey(const Napi::CallbackInfo& info) {
  const OwnBytes plaintext(info.Env(), DataKeyBytesArgument(info));
  GenerateInto(info, plaintext.bytes);
  return plaintext.ToValue(info.Env());
}

Napi::Value GenerateDataKeyWithoutPlaintext(const Napi::CallbackInfo& info) {
  ThrowIfError(info.Env(), EnsureStarted());
  SecureBuffer plaintext(DataKeyBytesArgument(info));
  if (!plaintext.ok()) throw MakeError(info.Env(), Status::kSecureMemory);
  GenerateInto(info, plaintext.mutable_bytes());
  return info.Env().Undefined();
}

Napi::Value NewDataKey(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const KmsKey& kms_key = KeyArgument(info);
  const MutableBytes blob = BytesArgument(info[1], "blob", kWrappedDataKeyBytes);
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  RequireDisjoint(env, context, "encryptionContext", blob, "blob");
  SharedDataKey key;
  ThrowIfError(env, NewWrappedDataKey(kms_key, context, blob.data, &key));
  return MakeDataKeyHandle(std::move(key), info[3]);
}

Napi::Value OpenDataKey(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const KmsKey& kms_key = KeyArgument(info);
  const Bytes blob = BytesArgument(info[1], "blob");
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  SharedDataKey key;
  ThrowIfError(env, UnwrapDataKey(kms_key, blob, context, &key));
  return MakeDataKeyHandle(std::move(key), info[3]);
}

// The same for the sizes that messages have.
Napi::Value OpenMessageDataKey(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const KmsKey& kms_key = KeyArgument(info);
  const Bytes blob = BytesArgument(info[1], "blob");
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  const size_t size = PlaintextSize(env, blob);
  if (!IsMessageDataKeySize(size)) throw MakeError(env, Status::kDecryptionFailed);
  SharedDataKey key;
  ThrowIfError(env, NewDataKeyMemory(&key, size));
  ThrowIfError(env, kms_key.Unwrap(blob, context, key->data()));
  return MakeHandle(env, HandleSlot<MessageDataKey>(MessageDataKey{std::move(key)}));
}

}  // namespace

Status NewWrappedDataKey(const KmsKey& kms_key, Bytes context, uint8_t* blob, SharedDataKey* key) {
  KEYSTEAD_RETURN_IF_ERROR(NewDataKeyMemory(key));
  KEYSTEAD_RETURN_IF_ERROR(RandomKeyBytes((*key)->mutable_bytes()));
  return kms_key.Wrap((*key)->bytes(), context, blob);
}

Status UnwrapDataKey(const KmsKey& kms_key, Bytes blob, Bytes context, SharedDataKey* key) {
  if (blob.size != kWrappedDataKeyBytes) return Status::kDecryptionFailed;
  KEYSTEAD_RETURN_IF_ERROR(NewDataKeyMemory(key));
  return kms_key.Unwrap(blob, context, (*key)->data());
}

void ExportKmsKey(Napi::Env, Napi::Object exports) {
  ExportFunction<Create>(exports, "kmsKeyCreate");
  ExportFunction<Open>(exports, "kmsKeyOpen");
  ExportFunction<Rewrap>(exports, "kmsKeyRewrap");
  ExportFunction<DisposeHandle<KmsKeyObject>>(exports, "kmsKeyDispose");
  ExportFunction<Encrypt>(exports, "kmsKeyEncrypt");
  ExportFunction<WrapDataKey>(exports, "kmsKeyWrapDataKey");
  ExportFunction<Decrypt>(exports, "kmsKeyDecrypt");
  ExportFunction<ReEncrypt>(exports, "kmsKeyReEncrypt");
  ExportFunction<GenerateDataKey>(exports, "kmsKeyGenerateDataKey");
  ExportFunction<GenerateDataKeyWithoutPlaintext>(exports, "kmsKeyGenerateDataKeyWithoutPlaintext");
  ExportFunction<NewDataKey>(exports, "kmsKeyNewDataKey");
  ExportFunction<OpenDataKey>(exports, "kmsKeyOpenDataKey");
  ExportFunction<OpenMessageDataKey>(exports, "kmsKeyOpenMessageDataKey");
}

}  // namespace keystead
