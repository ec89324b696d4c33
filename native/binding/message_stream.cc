// Messages in pieces. One call at a time: a handle is busy while a job works on it, and useless
// after a failure.
#include "arguments.h"
#include "core/heap_bytes.h"
#include "core/message_decryptor.h"
#include "core/message_encryptor.h"
#include "export_function.h"
#include "job.h"
#include "message.h"
#include "message_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

// An encryptor or a decryptor, and who uses it.
template <typename Machine>
struct Stream {
  template <typename... Arguments>
  explicit Stream(Arguments&&... arguments) : machine(std::forward<Arguments>(arguments)...) {}

  Machine machine;
  bool busy = false;
  bool failed = false;
};

struct EncryptorObject {
  static constexpr HandleKind kKind = HandleKind::kMessageEncryptor;
  static constexpr char kName[] = "encryptor";
  using Machine = MessageEncryptor;
  std::shared_ptr<Stream<Machine>> stream;
};

struct DecryptorObject {
  static constexpr HandleKind kKind = HandleKind::kMessageDecryptor;
  static constexpr char kName[] = "decryptor";
  using Machine = MessageDecryptor;
  std::shared_ptr<Stream<Machine>> stream;
};

Status OutputBytes(const MessageEncryptor& encryptor, Bytes piece, uint64_t* size) {
  *size = encryptor.UpdateBytes(piece.size);
  return Status::kOk;
}

Status OutputBytes(const MessageDecryptor& decryptor, Bytes piece, uint64_t* size) {
  return decryptor.UpdateBytes(piece, size);
}

template <typename Object>
const std::shared_ptr<Stream<typename Object::Machine>>& StreamArgument(
    const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto& stream = GetHandle<Object>(info[0]).stream;
  if (stream->busy) ThrowInvalidArgument(env, "another call on this stream is under way");
  if (stream->failed) throw MakeError(env, "ERR_DISPOSED", "an earlier call on this stream failed");
  return stream;
}

template <typename Machine>
void FailIfError(Napi::Env env, Stream<Machine>* stream, Status status) {
  stream->failed = status != Status::kOk;
  ThrowIfError(env, status);
}

// More than this is no work for the JavaScript thread.
constexpr uint64_t kMaxSyncOutputBytes = 2 * 1024 * 1024;

template <typename Object>
uint64_t UpdateBytes(const Napi::CallbackInfo& info) {
  const auto& stream = StreamArgument<Object>(info);
  uint64_t size = 0;
  const Status status = OutputBytes(stream->machine, BytesArgument(info[1], "chunk"), &size);
  FailIfError(info.Env(), stream.get(), status);
  return size;
}

// Undefined, and nothing done, when the piece completes too much.
template <typename Object>
Napi::Value Update(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const uint64_t size = UpdateBytes<Object>(info);
  if (size > kMaxSyncOutputBytes) return env.Undefined();
  const OwnBytes out(env, size);
  if (out.may_have_run_javascript() && UpdateBytes<Object>(info) != size) ThrowChanged(env);
  const auto& stream = StreamArgument<Object>(info);
  const Bytes piece = BytesArgument(info[1], "chunk");
  out.RequireApart(env, piece, "chunk");
  FailIfError(env, stream.get(), stream->machine.Update(piece, out.bytes.data));
  return out.ToValue(env);
}

template <typename Machine>
class UpdateJob : public Job {
 public:
  explicit UpdateJob(std::shared_ptr<Stream<Machine>> stream) : stream_(std::move(stream)) {}
  bool CopyInput(Bytes piece) { return piece_.Append(piece); }
  void Begin() { stream_->busy = true; }

  Status Run() override {
    uint64_t size = 0;
    KEYSTEAD_RETURN_IF_ERROR(OutputBytes(stream_->machine, piece_.bytes(), &size));
    if (!out_.Resize(size)) return Status::kOutOfMemory;
    return stream_->machine.Update(piece_.bytes(), out_.data());
  }
  Napi::Value Result(Napi::Env env) override {
    stream_->busy = false;
    // Until the bytes are handed out.
    stream_->failed = true;
    const OwnBytes bytes(env, out_.size());
    if (out_.size() > 0) memcpy(bytes.bytes.data, out_.data(), out_.size());
    stream_->failed = false;
    return bytes.ToValue(env);
  }
  Napi::Error Failure(Napi::Env env, Status status) override {
    stream_->busy = false;
    stream_->failed = true;
    return MakeError(env, status);
  }

 private:
  const std::shared_ptr<Stream<Machine>> stream_;
  HeapBytes piece_;
  HeapBytes out_;
};

template <typename Object>
Napi::Value UpdateAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto job = std::make_shared<UpdateJob<typename Object::Machine>>(StreamArgument<Object>(info));
  if (!job->CopyInput(BytesArgument(info[1], "chunk"))) {
    throw MakeError(env, Status::kOutOfMemory);
  }
  const Napi::Value started = StartJob(env, job);
  job->Begin();
  return started;
}

Napi::Value CreateEncryptor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto stream = std::make_shared<Stream<MessageEncryptor>>(WriterArgument(info));
  ThrowIfError(env, stream->machine.Start());
  return MakeHandle(env, HandleSlot<EncryptorObject>(EncryptorObject{std::move(stream)}));
}

Napi::Value EncryptorHeader(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Stream<MessageEncryptor>> stream = StreamArgument<EncryptorObject>(info);
  const Bytes header = stream->machine.header();
  const OwnBytes bytes(info.Env(), header.size);
  memcpy(bytes.bytes.data, header.data, header.size);
  return bytes.ToValue(info.Env());
}

Napi::Value FinishEncryptor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const OwnBytes out(env, StreamArgument<EncryptorObject>(info)->machine.FinishBytes());
  const auto& stream = StreamArgument<EncryptorObject>(info);
  if (stream->machine.FinishBytes() != out.bytes.size) ThrowChanged(env);
  FailIfError(env, stream.get(), stream->machine.Finish(out.bytes.data));
  GetSlot<EncryptorObject>(info[0]).reset();
  return out.ToValue(env);
}

Napi::Value CreateDecryptor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SharedDataKey& key = AnyDataKeyArgument(info[0]);
  const Bytes bytes = BytesArgument(info[1], "header");
  const Bytes unstored = OptionalBytesArgument(info[2], "unstoredContext");
  const bool allow_signed = info[3].ToBoolean();
  const MessageLimits limits = LimitsArgument(info, 4);
  MessageHeader header;
  Status status = ParseMessageHeader(bytes, limits, &header);
  if (status == Status::kOk && header.size != bytes.size) status = Status::kMessageSize;
  ThrowIfError(env, status);
  if (header.suite->is_signed() && !allow_signed) throw MakeError(env, Status::kSignedMessage);
  auto stream = std::make_shared<Stream<MessageDecryptor>>(header, limits.max_frame_length);
  ThrowIfError(env, stream->machine.Start(header, key->bytes(), unstored));
  return MakeHandle(env, HandleSlot<DecryptorObject>(DecryptorObject{std::move(stream)}));
}

Napi::Value FinishDecryptor(const Napi::CallbackInfo& info) {
  const auto& stream = StreamArgument<DecryptorObject>(info);
  FailIfError(info.Env(), stream.get(), stream->machine.Finish());
  GetSlot<DecryptorObject>(info[0]).reset();
  return info.Env().Undefined();
}

}  // namespace

void ExportMessageStream(Napi::Env, Napi::Object exports) {
  ExportFunction<CreateEncryptor>(exports, "messageEncryptorCreate");
  ExportFunction<EncryptorHeader>(exports, "messageEncryptorHeader");
  ExportFunction<Update<EncryptorObject>>(exports, "messageEncryptorUpdate");
  ExportFunction<UpdateAsync<EncryptorObject>>(exports, "messageEncryptorUpdateAsync");
  ExportFunction<FinishEncryptor>(exports, "messageEncryptorFinish");
  ExportFunction<DisposeHandle<EncryptorObject>>(exports, "messageEncryptorDispose");
  ExportFunction<CreateDecryptor>(exports, "messageDecryptorCreate");
  ExportFunction<Update<DecryptorObject>>(exports, "messageDecryptorUpdate");
  ExportFunction<UpdateAsync<DecryptorObject>>(exports, "messageDecryptorUpdateAsync");
  ExportFunction<FinishDecryptor>(exports, "messageDecryptorFinish");
  ExportFunction<DisposeHandle<DecryptorObject>>(exports, "messageDecryptorDispose");
}

}  // namespace keystead
