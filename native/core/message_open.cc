#include "message_open.h"

#include "message_runs.h"
#include "message_signature.h"

namespace keystead {

namespace {

class OpenTask : public RunTask {
 public:
  OpenTask(const uint8_t* body, uint8_t* plaintext) : body_(body), plaintext_(plaintext) {}
  Status Do(RunWorker* worker, const MessageRun& run) override {
    return worker->frames->Open(run.first_sequence, {body_ + run.body_offset, run.body_bytes},
                                run.is_last, plaintext_ + run.plaintext_offset);
  }

 private:
  const uint8_t* const body_;
  uint8_t* const plaintext_;
};

Status OpenContent(const ParsedMessage& parsed, const MessageSecrets& secrets,
                   MessageFrames* frames, unsigned threads, JobControl* control, uint8_t* out) {
  if (!parsed.header.is_framed) return frames->OpenBlock(parsed.body.content, out);
  const MessageRuns runs(parsed.body.layout);
  OpenTask task(parsed.body.content.data, out);
  return DoRuns(secrets, frames, AesGcmDirection::kDecrypt, runs, threads, &task, control);
}

Status CheckSignature(const ParsedMessage& parsed) {
  const MessageSuite& suite = *parsed.header.suite;
  if (!suite.is_signed()) return Status::kOk;
  MessageHash hash(suite.signature);
  hash.Update(parsed.signed_bytes);
  return VerifyMessageSignature(suite.signature, parsed.header.public_key, &hash,
                                parsed.body.signature);
}

}  // namespace

Status ParseMessage(Bytes message, const MessageLimits& limits, ParsedMessage* parsed) {
  KEYSTEAD_RETURN_IF_ERROR(ParseMessageHeader(message, limits, &parsed->header));
  const size_t header_bytes = parsed->header.size;
  KEYSTEAD_RETURN_IF_ERROR(FindMessageBody(
      parsed->header, {message.data + header_bytes, message.size - header_bytes}, &parsed->body));
  parsed->signed_bytes = {message.data, header_bytes + parsed->body.content.size};
  return Status::kOk;
}

Status OpenMessage(const ParsedMessage& parsed, Bytes data_key, Bytes unstored, unsigned threads,
                   JobControl* control, uint8_t* out) {
  WipeOnReturn wipe({out, parsed.body.plaintext_bytes});
  MessageSecrets secrets;
  MessageFrames frames;
  KEYSTEAD_RETURN_IF_ERROR(OpenMessageHeader(parsed.header, data_key, unstored, &secrets, &frames));
  KEYSTEAD_RETURN_IF_ERROR(OpenContent(parsed, secrets, &frames, threads, control, out));
  KEYSTEAD_RETURN_IF_ERROR(CheckSignature(parsed));
  wipe.Keep();
  return Status::kOk;
}

}  // namespace keystead
