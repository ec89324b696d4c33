#include "message_seal.h"

#include "message_runs.h"

namespace keystead {

namespace {

class SealTask : public RunTask {
 public:
  SealTask(Bytes plaintext, uint8_t* body) : plaintext_(plaintext), body_(body) {}
  Status Do(RunWorker* worker, const MessageRun& run) override {
    return worker->frames->Seal(run.first_sequence,
                                {plaintext_.data + run.plaintext_offset, run.plaintext_bytes},
                                run.is_last, body_ + run.body_offset);
  }

 private:
  const Bytes plaintext_;
  uint8_t* const body_;
};

}  // namespace

Status SealedMessageBytes(const MessageWriter& writer, uint64_t plaintext_bytes, uint64_t* size) {
  FrameLayout layout;
  KEYSTEAD_RETURN_IF_ERROR(LayOutPlaintext(plaintext_bytes, writer.frame_length(), &layout));
  *size = writer.header_bytes() + layout.body_bytes() + writer.footer_bytes();
  return Status::kOk;
}

Status SealMessage(const MessageWriter& writer, Bytes plaintext, unsigned threads,
                   JobControl* control, uint8_t* out) {
  FrameLayout layout;
  KEYSTEAD_RETURN_IF_ERROR(LayOutPlaintext(plaintext.size, writer.frame_length(), &layout));
  const size_t signed_bytes = writer.header_bytes() + layout.body_bytes();
  WipeOnReturn wipe({out, signed_bytes});
  MessageSecrets secrets;
  MessageFrames frames;
  KEYSTEAD_RETURN_IF_ERROR(writer.Start(out, &secrets, &frames));
  const MessageRuns runs(layout);
  SealTask task(plaintext, out + writer.header_bytes());
  KEYSTEAD_RETURN_IF_ERROR(
      DoRuns(secrets, &frames, AesGcmDirection::kEncrypt, runs, threads, &task, control));
  if (writer.signing_key() != nullptr) {
    MessageHash hash(secrets.suite().signature);
    hash.Update({out, signed_bytes});
    KEYSTEAD_RETURN_IF_ERROR(writer.signing_key()->SignFooter(&hash, out + signed_bytes));
  }
  wipe.Keep();
  return Status::kOk;
}

}  // namespace keystead
