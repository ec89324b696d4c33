#include "file_runs.h"

namespace keystead {

namespace {

class EncryptTask : public FileRunTask {
 public:
  EncryptTask(const SourceFile& source, const OutputFile& target, size_t header_bytes,
              MessageHash* hash, MessageFileProblem* problem)
      : FileRunTask(problem),
        source_(source),
        target_(target),
        header_bytes_(header_bytes),
        hash_(hash) {}

 protected:
  Status DoOnFile(RunWorker* worker, const MessageRun& run, MessageFileProblem* problem) override {
    if (!worker->in.Resize(run.plaintext_bytes) || !worker->out.Resize(run.body_bytes)) {
      return Status::kOutOfMemory;
    }
    KEYSTEAD_RETURN_IF_ERROR(
        source_.ReadAt({worker->in.data(), run.plaintext_bytes}, run.plaintext_offset, problem));
    KEYSTEAD_RETURN_IF_ERROR(worker->frames->Seal(run.first_sequence, worker->in.bytes(),
                                                  run.is_last, worker->out.data()));
    if (hash_ != nullptr) hash_->Update(worker->out.bytes());
    return target_.WriteAt(worker->out.bytes(), header_bytes_ + run.body_offset, problem);
  }

 private:
  const SourceFile& source_;
  const OutputFile& target_;
  const size_t header_bytes_;
  MessageHash* const hash_;  // null, or there is one thread
};

Status WriteFooter(const MessageWriter& writer, MessageHash* hash, uint64_t offset,
                   const OutputFile& target, MessageFileProblem* problem) {
  uint8_t footer[kWrittenFooterBytes];
  KEYSTEAD_RETURN_IF_ERROR(writer.signing_key()->SignFooter(hash, footer));
  return target.WriteAt({footer, sizeof(footer)}, offset, problem);
}

Status WriteMessage(const MessageWriter& writer, const SourceFile& source,
                    const FrameLayout& layout, const OutputFile& target, const FileJob& job) {
  const bool is_signed = writer.signing_key() != nullptr;
  HeapBytes header;
  MessageSecrets secrets;
  if (!header.Resize(writer.header_bytes())) return Status::kOutOfMemory;
  KEYSTEAD_RETURN_IF_ERROR(writer.Start(header.data(), &secrets));
  KEYSTEAD_RETURN_IF_ERROR(target.WriteAt(header.bytes(), 0, job.problem));
  MessageHash hash(secrets.suite().signature);
  if (is_signed) hash.Update(header.bytes());
  const MessageRuns runs(layout);
  // A signature's hash takes the bytes in their order.
  const unsigned threads = is_signed ? 1 : ThreadsWithBuffers(job.threads, runs);
  EncryptTask task(source, target, header.size(), is_signed ? &hash : nullptr, job.problem);
  KEYSTEAD_RETURN_IF_ERROR(
      DoRuns(secrets, AesGcmDirection::kEncrypt, runs, threads, &task, job.control));
  if (!is_signed) return Status::kOk;
  return WriteFooter(writer, &hash, header.size() + layout.body_bytes(), target, job.problem);
}

}  // namespace

Status EncryptFile(const MessageWriter& writer, const char* source, const char* target,
                   const FileJob& job) {
  SourceFile in;
  OutputFile out;
  FrameLayout layout;
  KEYSTEAD_RETURN_IF_ERROR(in.Open(source, job.problem));
  job.control->total_bytes = in.size();
  KEYSTEAD_RETURN_IF_ERROR(LayOutPlaintext(in.size(), writer.frame_length(), &layout));
  KEYSTEAD_RETURN_IF_ERROR(out.Create(target, in.info(), job.output, job.problem));
  KEYSTEAD_RETURN_IF_ERROR(WriteMessage(writer, in, layout, out, job));
  return out.Publish(in.info().st_mode, job.problem);
}

}  // namespace keystead
