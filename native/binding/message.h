// Messages of the AWS Encryption SDK: headers, writers, and whole messages in memory.
#ifndef KEYSTEAD_BINDING_MESSAGE_H_
#define KEYSTEAD_BINDING_MESSAGE_H_

#include <napi.h>

#include "core/message_open.h"
#include "core/message_writer.h"
#include "handle.h"

namespace keystead {

struct MessageWriterObject {
  static constexpr HandleKind kKind = HandleKind::kMessageWriter;
  static constexpr char kName[] = "writer";
  std::shared_ptr<const MessageWriter> writer;
};

// Three arguments from `first` on: most encrypted data keys, longest frame, longest header.
MessageLimits LimitsArgument(const Napi::CallbackInfo& info, size_t first);
// Of the message that the plaintext becomes.
uint64_t MessageSize(Napi::Env env, const MessageWriter& writer, size_t plaintext_bytes);
// `message`, taken apart; limits are the arguments from the fourth on.
ParsedMessage ParsedArgument(const Napi::CallbackInfo& info, Bytes message);
unsigned ThreadsArgument(const Napi::Value& value);
const std::shared_ptr<const MessageWriter>& WriterArgument(const Napi::CallbackInfo& info);

// Everything about messages.
void ExportMessage(Napi::Env env, Napi::Object exports);
void ExportMessageAsync(Napi::Env env, Napi::Object exports);
void ExportMessageStream(Napi::Env env, Napi::Object exports);
void ExportMessageFile(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_MESSAGE_H_
