#include "file_runs.h"

#include <algorithm>

namespace keystead {

unsigned ThreadsWithBuffers(unsigned threads, const MessageRuns& runs) {
  const uint64_t fit = kFileBuffersBytesMax / (2 * runs.max_plaintext_bytes());
  return static_cast<unsigned>(std::min<uint64_t>(threads, std::max<uint64_t>(1, fit)));
}

Status CheckFinalFrame(const MessageFile& file, const MessageSecrets& secrets,
                       const FrameLayout& layout, MessageFileProblem* problem) {
  HeapBytes frame;
  HeapBytes plaintext;
  if (!frame.Resize(kFinalFrameOverheadBytes + layout.final_length) ||
      !plaintext.Resize(layout.final_length)) {
    return Status::kOutOfMemory;
  }
  const uint64_t offset = layout.FrameOffset(layout.regular_frames);
  KEYSTEAD_RETURN_IF_ERROR(file.ReadBody({frame.data(), frame.size()}, offset, problem));
  MessageFrames frames;
  KEYSTEAD_RETURN_IF_ERROR(secrets.StartFrames(AesGcmDirection::kDecrypt, &frames));
  return frames.Open(static_cast<uint32_t>(layout.regular_frames + 1), frame.bytes(), true,
                     plaintext.data());
}

Status OpenRunOfFile(const MessageFile& file, const MessageRun& run, RunWorker* worker,
                     MessageFileProblem* problem) {
  if (!worker->in.Resize(run.body_bytes) || !worker->out.Resize(run.plaintext_bytes)) {
    return Status::kOutOfMemory;
  }
  KEYSTEAD_RETURN_IF_ERROR(
      file.ReadBody({worker->in.data(), run.body_bytes}, run.body_offset, problem));
  return worker->frames->Open(run.first_sequence, worker->in.bytes(), run.is_last,
                              worker->out.data());
}

Status FileRunTask::Do(RunWorker* worker, const MessageRun& run) {
  MessageFileProblem problem;
  const Status status = DoOnFile(worker, run, &problem);
  if (status == Status::kFile) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (problem_->step == FileStep::kNone) *problem_ = problem;
  }
  return status;
}

}  // namespace keystead
