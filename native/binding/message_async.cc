// messageEncryptAsync and messageDecryptAsync. A caller may transfer or resize its buffer while the
// work is under way, so the job owns a copy of the input, and the result becomes a new buffer on
// the main thread. An `out` that it shall be copied to is looked at before the work begins, by the
// rules of the calls that write to it.
#include "arguments.h"
#include "core/heap_bytes.h"
#include "core/message_open.h"
#include "core/message_seal.h"
#include "export_function.h"
#include "job.h"
#include "message.h"
#include "message_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

// A job whose result is bytes.
class BytesJob : public Job {
 public:
  explicit BytesJob(unsigned threads) : threads_(threads) {}
  Napi::Value Result(Napi::Env env) override {
    const OwnBytes bytes(env, out_.size());
    if (out_.size() > 0) memcpy(bytes.bytes.data, out_.data(), out_.size());
    return bytes.ToValue(env);
  }
  bool CopyInput(Bytes bytes) {
    control.total_bytes = bytes.size;
    return in_.Append(bytes);
  }

 protected:
  const unsigned threads_;
  HeapBytes in_;
  HeapBytes out_;
};

class EncryptJob : public BytesJob {
 public:
  EncryptJob(std::shared_ptr<const MessageWriter> writer, unsigned threads)
      : BytesJob(threads), writer_(std::move(writer)) {}
  Status Run() override {
    uint64_t size = 0;
    KEYSTEAD_RETURN_IF_ERROR(SealedMessageBytes(*writer_, in_.size(), &size));
    if (!out_.Resize(size)) return Status::kOutOfMemory;
    const Status status = SealMessage(*writer_, in_.bytes(), threads_, &control, out_.data());
    // Wiped here rather than on the JavaScript thread.
    in_.Reset();
    return status;
  }

 private:
  const std::shared_ptr<const MessageWriter> writer_;
};

class DecryptJob : public BytesJob {
 public:
  DecryptJob(SharedDataKey key, const MessageLimits& limits, unsigned threads)
      : BytesJob(threads), key_(std::move(key)), limits_(limits) {}
  bool CopyUnstored(Bytes unstored) { return unstored_.Append(unstored); }
  Status Run() override {
    ParsedMessage parsed;
    KEYSTEAD_RETURN_IF_ERROR(ParseMessage(in_.bytes(), limits_, &parsed));
    control.total_bytes = parsed.body.plaintext_bytes;
    if (!out_.Resize(parsed.body.plaintext_bytes)) return Status::kOutOfMemory;
    return OpenMessage(parsed, key_->bytes(), unstored_.bytes(), threads_, &control, out_.data());
  }

 private:
  const SharedDataKey key_;
  const MessageLimits limits_;
  HeapBytes unstored_;
};

Napi::Value EncryptAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Bytes plaintext = BytesArgument(info[1], "plaintext");
  if (!info[3].IsUndefined()) {
    const uint64_t size = MessageSize(env, *WriterArgument(info), plaintext.size);
    RequireDisjoint(env, plaintext, "plaintext", OutArgument(info[3], size), "out");
  }
  auto job = std::make_shared<EncryptJob>(WriterArgument(info), ThreadsArgument(info[2]));
  if (!job->CopyInput(plaintext)) throw MakeError(env, Status::kOutOfMemory);
  return StartJob(env, std::move(job));
}

Napi::Value DecryptAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Bytes message = BytesArgument(info[1], "message");
  if (!info[7].IsUndefined()) {
    const uint64_t size = ParsedArgument(info, message).body.plaintext_bytes;
    RequireDisjoint(env, message, "message", OutArgument(info[7], size), "out");
  }
  const Bytes unstored = OptionalBytesArgument(info[2], "unstoredContext");
  auto job = std::make_shared<DecryptJob>(AnyDataKeyArgument(info[0]), LimitsArgument(info, 3),
                                          ThreadsArgument(info[6]));
  if (!job->CopyInput(message) || !job->CopyUnstored(unstored)) {
    throw MakeError(env, Status::kOutOfMemory);
  }
  return StartJob(env, std::move(job));
}

}  // namespace

void ExportMessageAsync(Napi::Env, Napi::Object exports) {
  ExportFunction<EncryptAsync>(exports, "messageEncryptAsync");
  ExportFunction<DecryptAsync>(exports, "messageDecryptAsync");
}

}  // namespace keystead
