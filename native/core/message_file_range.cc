#include <algorithm>

#include "file_block.h"
#include "file_runs.h"

namespace keystead {

namespace {

// Where the plaintext that was asked for goes.
class RangeBuffer {
 public:
  RangeBuffer(uint64_t start, HeapBytes* out) : start_(start), out_(out) {}

  // Keeps what of `plaintext`, which stands at `offset`, lies in the range. Threads may call at
  // once with pieces that do not overlap.
  void Keep(Bytes plaintext, uint64_t offset) const {
    const uint64_t from = std::max(offset, start_);
    const uint64_t to = std::min(offset + plaintext.size, start_ + out_->size());
    if (from < to)
      memcpy(out_->data() + (from - start_), plaintext.data + (from - offset), to - from);
  }

 private:
  const uint64_t start_;
  HeapBytes* const out_;
};

class RangeTask : public FileRunTask {
 public:
  RangeTask(const MessageFile& file, const RangeBuffer& buffer, MessageFileProblem* problem)
      : FileRunTask(problem), file_(file), buffer_(buffer) {}

 protected:
  Status DoOnFile(RunWorker* worker, const MessageRun& run, MessageFileProblem* problem) override {
    KEYSTEAD_RETURN_IF_ERROR(OpenRunOfFile(file_, run, worker, problem));
    buffer_.Keep(worker->out.bytes(), run.plaintext_offset);
    return Status::kOk;
  }

 private:
  const MessageFile& file_;
  const RangeBuffer& buffer_;
};

class RangeSink : public BlockSink {
 public:
  explicit RangeSink(const RangeBuffer& buffer) : buffer_(buffer) {}
  Status Take(Bytes slice, uint64_t offset) override {
    buffer_.Keep(slice, offset);
    return Status::kOk;
  }

 private:
  const RangeBuffer& buffer_;
};

// Cuts the range to what there is and makes room for it.
Status MakeRoom(uint64_t plaintext_bytes, uint64_t* start, uint64_t* end, HeapBytes* out) {
  *end = std::min(*end, plaintext_bytes);
  *start = std::min(*start, *end);
  return out->Resize(*end - *start) ? Status::kOk : Status::kOutOfMemory;
}

Status FramesInRange(const MessageFile& file, const MessageSecrets& secrets, uint64_t start,
                     uint64_t end, const FileJob& job, HeapBytes* out) {
  FrameLayout layout;
  KEYSTEAD_RETURN_IF_ERROR(LayOutBody(file.body_bytes(), secrets.frame_length(), &layout));
  KEYSTEAD_RETURN_IF_ERROR(CheckFinalFrame(file, secrets, layout, job.problem));
  KEYSTEAD_RETURN_IF_ERROR(MakeRoom(layout.plaintext_bytes(), &start, &end, out));
  if (start == end) return Status::kOk;
  job.control->total_bytes = end - start;
  const uint64_t last_frame = (end - 1) / layout.frame_length;
  const MessageRuns runs(layout, start / layout.frame_length, last_frame + 1);
  const RangeBuffer buffer(start, out);
  RangeTask task(file, buffer, job.problem);
  return DoRuns(secrets, AesGcmDirection::kDecrypt, runs, ThreadsWithBuffers(job.threads, runs),
                &task, job.control);
}

Status BlockInRange(const MessageFile& file, const MessageSecrets& secrets, uint64_t start,
                    uint64_t end, const FileJob& job, HeapBytes* out) {
  uint64_t length = 0;
  KEYSTEAD_RETURN_IF_ERROR(ReadBlockLength(file, &length, job.problem));
  KEYSTEAD_RETURN_IF_ERROR(MakeRoom(length, &start, &end, out));
  const RangeBuffer buffer(start, out);
  RangeSink sink(buffer);
  return OpenBlockOfFile(file, secrets, &sink, job);
}

}  // namespace

Status DecryptRange(const MessageFile& file, const MessageOpening& opening, uint64_t start,
                    uint64_t end, const FileJob& job, HeapBytes* out) {
  if (start > end) return Status::kInvalidArgument;
  if (file.header().suite->is_signed()) return Status::kSignedMessage;
  MessageSecrets secrets;
  KEYSTEAD_RETURN_IF_ERROR(
      OpenMessageHeader(file.header(), opening.data_key, opening.unstored, &secrets));
  const Status status = file.header().is_framed ? FramesInRange(file, secrets, start, end, job, out)
                                                : BlockInRange(file, secrets, start, end, job, out);
  if (status != Status::kOk) out->Reset();
  return status;
}

}  // namespace keystead
