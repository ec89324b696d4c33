#include "message.h"

#include <cstring>

#include "arguments.h"
#include "core/message_open.h"
#include "core/message_runs.h"
#include "core/message_seal.h"
#include "data_key.h"
#include "export_function.h"
#include "job.h"
#include "message_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

constexpr uint64_t kMaxUint32 = 0xFFFFFFFF;
constexpr uint64_t kMaxHeaderBytes = 0x7FFFFFFF;

constexpr double kCommittingFlag = 1;
constexpr double kSignedFlag = 2;
constexpr double kFramedFlag = 4;

double FlagsOf(const MessageHeader& header) {
  return (header.suite->is_committing() ? kCommittingFlag : 0) +
         (header.suite->is_signed() ? kSignedFlag : 0) + (header.is_framed ? kFramedFlag : 0);
}

constexpr size_t kHeaderFields = 13;

void WriteFields(const MessageHeader& header, const uint8_t* start, double* fields) {
  const auto offset = [start](Bytes bytes) { return static_cast<double>(bytes.data - start); };
  const auto size = [](Bytes bytes) { return static_cast<double>(bytes.size); };
  const double values[kHeaderFields] = {static_cast<double>(header.suite->format),
                                        static_cast<double>(header.suite->id),
                                        static_cast<double>(header.suite->key_bytes),
                                        FlagsOf(header),
                                        static_cast<double>(header.frame_length),
                                        static_cast<double>(header.size),
                                        offset(header.message_id),
                                        size(header.message_id),
                                        offset(header.context),
                                        size(header.context),
                                        offset(header.encrypted_data_keys),
                                        size(header.encrypted_data_keys),
                                        static_cast<double>(header.num_encrypted_data_keys)};
  memcpy(fields, values, sizeof(values));
}

double* FieldsArgument(const Napi::Value& value) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) !=
          napi_ok ||
      type != napi_float64_array || length != kHeaderFields) {
    ThrowInvalidArgument(value.Env(), "`fields` must be a Float64Array of 13 numbers");
  }
  return static_cast<double*>(data);
}

// Both formats' first bytes begin so in base64.
bool LooksLikeBase64(Bytes bytes) {
  return bytes.size >= 2 && bytes.data[0] == 'A' && (bytes.data[1] == 'Y' || bytes.data[1] == 'g');
}

Napi::Value ParseHeader(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Bytes message = BytesArgument(info[0], "message");
  double* fields = FieldsArgument(info[1]);
  MessageHeader header;
  const Status status = ParseMessageHeader(message, LimitsArgument(info, 2), &header);
  if (status == Status::kMessageSize) return Napi::Boolean::New(env, false);
  if (status == Status::kMalformedMessage && LooksLikeBase64(message)) {
    throw MakeError(env, "ERR_INVALID_MESSAGE",
                    "this looks like a message in base64: decode it first");
  }
  ThrowIfError(env, status);
  WriteFields(header, message.data, fields);
  return Napi::Boolean::New(env, true);
}

std::shared_ptr<MessageSigningKey> OptionalSigningKey(const Napi::Value& value) {
  return value.IsUndefined() ? nullptr : GetHandle<MessageSigningKeyObject>(value).key;
}

Napi::Value CreateWriter(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SharedDataKey& key = GetHandle<DataKey>(info[0]).key;
  const MessageHeaderParts parts = {
      static_cast<uint16_t>(IntegerArgument(info[1], "suite", 0, 0xFFFF)),
      OptionalBytesArgument(info[2], "encryptionContext"),
      BytesArgument(info[3], "encryptedDataKeys"),
      static_cast<uint32_t>(IntegerArgument(info[4], "frameLength", 1, kMaxUint32))};
  auto writer = std::make_shared<MessageWriter>();
  const Status status =
      MessageWriter::Create(key, parts, OptionalSigningKey(info[5]), writer.get());
  if (status == Status::kInvalidArgument) {
    ThrowInvalidArgument(env,
                         "the suite, the encryption context, the encrypted data keys and the "
                         "signing key do not make a header");
  }
  ThrowIfError(env, status);
  return MakeHandle(env, HandleSlot<MessageWriterObject>(MessageWriterObject{std::move(writer)}));
}

// What a message of one frame is longer than its plaintext.
Napi::Value WriterOverhead(const Napi::CallbackInfo& info) {
  uint64_t size = 0;
  ThrowIfError(info.Env(), SealedMessageBytes(*WriterArgument(info), 0, &size));
  return Napi::Number::New(info.Env(), static_cast<double>(size));
}

Napi::Value Encrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  (void)WriterArgument(info);
  const size_t size = BytesArgument(info[1], "plaintext").size;
  const OwnBytes message(env, MessageSize(env, *WriterArgument(info), size));
  const MessageWriter& writer = *WriterArgument(info);
  const Bytes plaintext = BytesArgument(info[1], "plaintext", size);
  message.RequireApart(env, plaintext, "plaintext");
  const unsigned threads = ThreadsArgument(info[2]);
  JobControl control;
  ThrowIfError(env, SealMessage(writer, plaintext, threads, &control, message.bytes.data));
  return message.ToValue(env);
}

Napi::Value EncryptInto(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const MessageWriter& writer = *WriterArgument(info);
  const Bytes plaintext = BytesArgument(info[1], "plaintext");
  const MutableBytes out = OutArgument(info[2], MessageSize(env, writer, plaintext.size));
  RequireDisjoint(env, plaintext, "plaintext", out, "out");
  const unsigned threads = ThreadsArgument(info[3]);
  JobControl control;
  ThrowIfError(env, SealMessage(writer, plaintext, threads, &control, out.data));
  return Napi::Number::New(env, static_cast<double>(out.size));
}

void OpenArgument(const Napi::CallbackInfo& info, const ParsedMessage& parsed, uint8_t* out) {
  const SharedDataKey& key = AnyDataKeyArgument(info[0]);
  const Bytes unstored = OptionalBytesArgument(info[2], "unstoredContext");
  const unsigned threads = ThreadsArgument(info[6]);
  JobControl control;
  ThrowIfError(info.Env(), OpenMessage(parsed, key->bytes(), unstored, threads, &control, out));
}

Napi::Value Decrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  (void)AnyDataKeyArgument(info[0]);
  ParsedMessage parsed = ParsedArgument(info, BytesArgument(info[1], "message"));
  const OwnBytes plaintext(env, parsed.body.plaintext_bytes);
  if (plaintext.may_have_run_javascript()) {
    const Bytes message = BytesArgument(info[1], "message");
    plaintext.RequireApart(env, message, "message");
    plaintext.RequireApart(env, OptionalBytesArgument(info[2], "unstoredContext"),
                           "unstoredContext");
    parsed = ParsedArgument(info, message);
    if (parsed.body.plaintext_bytes != plaintext.bytes.size) ThrowChanged(env);
  }
  OpenArgument(info, parsed, plaintext.bytes.data);
  return plaintext.ToValue(env);
}

Napi::Value DecryptInto(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Bytes message = BytesArgument(info[1], "message");
  const ParsedMessage parsed = ParsedArgument(info, message);
  const MutableBytes out = OutArgument(info[7], parsed.body.plaintext_bytes);
  RequireDisjoint(env, message, "message", out, "out");
  RequireDisjoint(env, OptionalBytesArgument(info[2], "unstoredContext"), "unstoredContext", out,
                  "out");
  OpenArgument(info, parsed, out.data);
  return Napi::Number::New(env, static_cast<double>(out.size));
}

}  // namespace

MessageLimits LimitsArgument(const Napi::CallbackInfo& info, size_t first) {
  MessageLimits limits;
  limits.max_encrypted_data_keys = static_cast<uint32_t>(IntegerArgument(
      info[first], "maxEncryptedDataKeys", 1, MessageLimits().max_encrypted_data_keys));
  limits.max_frame_length =
      static_cast<uint32_t>(IntegerArgument(info[first + 1], "maxFrameLengthBytes", 1, kMaxUint32));
  limits.max_header_bytes =
      static_cast<uint32_t>(IntegerArgument(info[first + 2], "maxHeaderBytes", 1, kMaxHeaderBytes));
  return limits;
}

uint64_t MessageSize(Napi::Env env, const MessageWriter& writer, size_t plaintext_bytes) {
  uint64_t size = 0;
  ThrowIfError(env, SealedMessageBytes(writer, plaintext_bytes, &size));
  return size;
}

ParsedMessage ParsedArgument(const Napi::CallbackInfo& info, Bytes message) {
  ParsedMessage parsed;
  ThrowIfError(info.Env(), ParseMessage(message, LimitsArgument(info, 3), &parsed));
  return parsed;
}

unsigned ThreadsArgument(const Napi::Value& value) {
  return static_cast<unsigned>(IntegerArgument(value, "threads", 1, kMaxMessageThreads));
}

const std::shared_ptr<const MessageWriter>& WriterArgument(const Napi::CallbackInfo& info) {
  return GetHandle<MessageWriterObject>(info[0]).writer;
}

void ExportMessage(Napi::Env env, Napi::Object exports) {
  ExportFunction<ParseHeader>(exports, "messageParseHeader");
  ExportFunction<CreateWriter>(exports, "messageWriterCreate");
  ExportFunction<WriterOverhead>(exports, "messageWriterOverhead");
  ExportFunction<DisposeHandle<MessageWriterObject>>(exports, "messageWriterDispose");
  ExportFunction<Encrypt>(exports, "messageEncrypt");
  ExportFunction<EncryptInto>(exports, "messageEncryptInto");
  ExportFunction<Decrypt>(exports, "messageDecrypt");
  ExportFunction<DecryptInto>(exports, "messageDecryptInto");
  ExportMessageKey(env, exports);
  ExportMessageAsync(env, exports);
  ExportMessageStream(env, exports);
  ExportMessageFile(env, exports);
  ExportJob(env, exports);
}

}  // namespace keystead
