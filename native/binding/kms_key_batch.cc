// Many data keys or ciphertexts under one KMS key and one encryption context in one call. The
// answer is an array with a result or a KeysteadError for each; what is wrong with the call itself
// is thrown before any key is touched.
#include <vector>

#include "arguments.h"
#include "export_function.h"
#include "kms_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

// Keeps a call in the milliseconds, and what it makes within the handle scope of one.
constexpr size_t kMaxBatch = 10'000;

struct OpenedDataKey {
  Status status;
  SharedDataKey key;
};

// The elements of a dense array of at most kMaxBatch. Reading one may run JavaScript, so all are
// read before any of them is looked into.
std::vector<Napi::Value> ArrayArgument(const Napi::Value& value, const char* name) {
  const Napi::Env env = value.Env();
  const size_t size = value.IsArray() ? value.As<Napi::Array>().Length() : kMaxBatch + 1;
  if (size > kMaxBatch) {
    ThrowInvalidArgument(env, std::string("`") + name + "` must be an array of at most " +
                                  std::to_string(kMaxBatch) + " elements");
  }
  std::vector<Napi::Value> elements;
  elements.reserve(size);
  for (size_t i = 0; i < size; ++i) {
    elements.push_back(value.As<Napi::Array>().Get(static_cast<uint32_t>(i)));
  }
  return elements;
}

std::vector<Bytes> BlobsOf(const std::vector<Napi::Value>& elements) {
  std::vector<Bytes> blobs;
  blobs.reserve(elements.size());
  for (const Napi::Value& element : elements) blobs.push_back(BytesArgument(element, "blobs[]"));
  return blobs;
}

// Emptied handles to fill, for as many data keys as there are.
std::vector<Napi::Value> EmptiedArgument(const Napi::Value& value) {
  return value.IsUndefined() ? std::vector<Napi::Value>() : ArrayArgument(value, "emptied");
}

Napi::Value ToHandles(Napi::Env env, std::vector<OpenedDataKey> opened,
                      const std::vector<Napi::Value>& emptied) {
  Napi::Array answer = Napi::Array::New(env, opened.size());
  for (size_t i = 0; i < opened.size(); ++i) {
    const Napi::HandleScope scope(env);
    auto& [status, key] = opened[i];
    const Napi::Value handle = i < emptied.size() ? emptied[i] : env.Undefined();
    answer[static_cast<uint32_t>(i)] = status == Status::kOk
                                           ? MakeDataKeyHandle(std::move(key), handle)
                                           : MakeError(env, status).Value();
  }
  return answer;
}

MutableBytes NewBlobsArgument(const Napi::Value& value) {
  const MutableBytes blobs = BytesArgument(value, "blobs");
  if (blobs.size % kWrappedDataKeyBytes != 0 || blobs.size > kMaxBatch * kWrappedDataKeyBytes) {
    ThrowInvalidArgument(value.Env(), "`blobs` must have " + std::to_string(kWrappedDataKeyBytes) +
                                          " bytes for each of at most " +
                                          std::to_string(kMaxBatch) + " data keys, got " +
                                          std::to_string(blobs.size));
  }
  return blobs;
}

Napi::Value NewDataKeys(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<Napi::Value> emptied = EmptiedArgument(info[3]);
  const KmsKey& kms_key = GetHandle<KmsKeyObject>(info[0]).key;
  const MutableBytes blobs = NewBlobsArgument(info[1]);
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  RequireDisjoint(env, context, "encryptionContext", blobs, "blobs");
  std::vector<OpenedDataKey> made(blobs.size / kWrappedDataKeyBytes);
  uint8_t* blob = blobs.data;
  for (auto& [status, key] : made) {
    status = NewWrappedDataKey(kms_key, context, blob, &key);
    blob += kWrappedDataKeyBytes;
  }
  return ToHandles(env, std::move(made), emptied);
}

Napi::Value OpenDataKeys(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<Napi::Value> elements = ArrayArgument(info[1], "blobs");
  const std::vector<Napi::Value> emptied = EmptiedArgument(info[3]);
  const KmsKey& kms_key = GetHandle<KmsKeyObject>(info[0]).key;
  const std::vector<Bytes> blobs = BlobsOf(elements);
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  std::vector<OpenedDataKey> opened(blobs.size());
  for (size_t i = 0; i < blobs.size(); ++i) {
    opened[i].status = UnwrapDataKey(kms_key, blobs[i], context, &opened[i].key);
  }
  return ToHandles(env, std::move(opened), emptied);
}

struct ReWrapped {
  Status status;
  OwnBytes blob;
};

// One key to open with, one to wrap with, and room for what is between them.
class ReWrap {
 public:
  ReWrap(Napi::Env env, const KmsKey& from, Bytes context, const KmsKey& to, Bytes new_context)
      : env_(env), from_(from), context_(context), to_(to), new_context_(new_context) {
    if (!plaintext_.ok()) throw MakeError(env, Status::kSecureMemory);
  }

  ReWrapped operator()(Bytes blob) {
    if (!IsBlobSize(blob.size)) return {Status::kDecryptionFailed, OwnBytes(env_, 0)};
    const OwnBytes wrapped(env_, blob.size);
    const Bytes plaintext = {plaintext_.data(), blob.size - kBlobOverheadBytes};
    const Status opened = from_.Unwrap(blob, context_, plaintext_.data());
    if (opened != Status::kOk) return {opened, wrapped};
    return {to_.Wrap(plaintext, new_context_, wrapped.bytes.data), wrapped};
  }

 private:
  const Napi::Env env_;
  const KmsKey& from_;
  const Bytes context_;
  const KmsKey& to_;
  const Bytes new_context_;
  SecureBuffer plaintext_{kMaxPlaintextBytes};
};

Napi::Value ReEncrypts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<Napi::Value> elements = ArrayArgument(info[1], "blobs");
  const KmsKey& source = GetHandle<KmsKeyObject>(info[0]).key;
  const KmsKey& destination = GetHandle<KmsKeyObject>(info[3]).key;
  const std::vector<Bytes> blobs = BlobsOf(elements);
  const Bytes context = OptionalBytesArgument(info[2], "encryptionContext");
  const Bytes new_context = OptionalBytesArgument(info[4], "destinationEncryptionContext");
  ReWrap rewrap(env, source, context, destination, new_context);
  std::vector<ReWrapped> wrapped;
  wrapped.reserve(blobs.size());
  for (const Bytes& blob : blobs) wrapped.push_back(rewrap(blob));
  Napi::Array answer = Napi::Array::New(env, blobs.size());
  for (size_t i = 0; i < wrapped.size(); ++i) {
    const Napi::HandleScope scope(env);
    const auto& [status, blob] = wrapped[i];
    answer[static_cast<uint32_t>(i)] =
        status == Status::kOk ? blob.ToValue(env) : MakeError(env, status).Value();
  }
  return answer;
}

}  // namespace

void ExportKmsKeyBatches(Napi::Env, Napi::Object exports) {
  ExportFunction<NewDataKeys>(exports, "kmsKeyNewDataKeys");
  ExportFunction<OpenDataKeys>(exports, "kmsKeyOpenDataKeys");
  ExportFunction<ReEncrypts>(exports, "kmsKeyReEncrypts");
}

}  // namespace keystead
