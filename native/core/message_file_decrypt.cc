#include <algorithm>

#include "file_block.h"
#include "file_runs.h"
#include "message_decryptor.h"

namespace keystead {

namespace {

constexpr size_t kPieceBytes = 1024 * 1024;

class DecryptTask : public FileRunTask {
 public:
  DecryptTask(const MessageFile& file, const OutputFile& target, MessageFileProblem* problem)
      : FileRunTask(problem), file_(file), target_(target) {}

 protected:
  Status DoOnFile(RunWorker* worker, const MessageRun& run, MessageFileProblem* problem) override {
    KEYSTEAD_RETURN_IF_ERROR(OpenRunOfFile(file_, run, worker, problem));
    return target_.WriteAt(worker->out.bytes(), run.plaintext_offset, problem);
  }

 private:
  const MessageFile& file_;
  const OutputFile& target_;
};

// Unsigned frames stand for themselves.
Status DecryptFrames(const MessageFile& file, const MessageSecrets& secrets,
                     const OutputFile& target, const FileJob& job) {
  FrameLayout layout;
  KEYSTEAD_RETURN_IF_ERROR(LayOutBody(file.body_bytes(), secrets.frame_length(), &layout));
  job.control->total_bytes = layout.plaintext_bytes();
  // A file that was cut short is told before its contents are read.
  KEYSTEAD_RETURN_IF_ERROR(CheckFinalFrame(file, secrets, layout, job.problem));
  const MessageRuns runs(layout);
  DecryptTask task(file, target, job.problem);
  return DoRuns(secrets, AesGcmDirection::kDecrypt, runs, ThreadsWithBuffers(job.threads, runs),
                &task, job.control);
}

// Frames under a signature, whose hash takes the bytes in their order.
Status DecryptInOrder(const MessageFile& file, const MessageOpening& opening,
                      const OutputFile& target, const FileJob& job) {
  MessageDecryptor decryptor(file.header(), 0);
  KEYSTEAD_RETURN_IF_ERROR(decryptor.Start(file.header(), opening.data_key, opening.unstored));
  job.control->total_bytes = file.body_bytes();
  HeapBytes piece;
  HeapBytes plaintext;
  uint64_t written = 0;
  for (uint64_t offset = 0; offset < file.body_bytes(); offset += piece.size()) {
    if (job.control->stop) return Status::kAborted;
    uint64_t size = 0;
    if (!piece.Resize(std::min<uint64_t>(kPieceBytes, file.body_bytes() - offset))) {
      return Status::kOutOfMemory;
    }
    KEYSTEAD_RETURN_IF_ERROR(file.ReadBody({piece.data(), piece.size()}, offset, job.problem));
    KEYSTEAD_RETURN_IF_ERROR(decryptor.UpdateBytes(piece.bytes(), &size));
    if (!plaintext.Resize(size)) return Status::kOutOfMemory;
    KEYSTEAD_RETURN_IF_ERROR(decryptor.Update(piece.bytes(), plaintext.data()));
    KEYSTEAD_RETURN_IF_ERROR(target.WriteAt(plaintext.bytes(), written, job.problem));
    written += size;
    job.control->done_bytes += piece.size();
  }
  return decryptor.Finish();
}

class WriteSink : public BlockSink {
 public:
  WriteSink(const OutputFile& target, MessageFileProblem* problem)
      : target_(target), problem_(problem) {}
  Status Take(Bytes slice, uint64_t offset) override {
    return target_.WriteAt(slice, offset, problem_);
  }

 private:
  const OutputFile& target_;
  MessageFileProblem* const problem_;
};

Status DecryptBody(const MessageFile& file, const MessageOpening& opening, const OutputFile& target,
                   const FileJob& job) {
  if (file.header().is_framed && file.header().suite->is_signed()) {
    return DecryptInOrder(file, opening, target, job);
  }
  MessageSecrets secrets;
  KEYSTEAD_RETURN_IF_ERROR(
      OpenMessageHeader(file.header(), opening.data_key, opening.unstored, &secrets));
  if (file.header().is_framed) return DecryptFrames(file, secrets, target, job);
  WriteSink sink(target, job.problem);
  return OpenBlockOfFile(file, secrets, &sink, job);
}

}  // namespace

Status DecryptFile(const MessageFile& file, const MessageOpening& opening, const char* target,
                   const FileJob& job) {
  OutputFile out;
  KEYSTEAD_RETURN_IF_ERROR(out.Create(target, file.source().info(), job.output, job.problem));
  KEYSTEAD_RETURN_IF_ERROR(DecryptBody(file, opening, out, job));
  return out.Publish(file.source().info().st_mode, job.problem);
}

}  // namespace keystead
