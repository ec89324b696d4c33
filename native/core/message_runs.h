// MessageRuns: the frames of a message, cut into runs that any thread may take in any order, since
// each frame stands for itself.
#ifndef KEYSTEAD_CORE_MESSAGE_RUNS_H_
#define KEYSTEAD_CORE_MESSAGE_RUNS_H_

#include "heap_bytes.h"
#include "job_control.h"
#include "message_layout.h"
#include "message_secrets.h"

namespace keystead {

// The most plaintext of a run of more than one frame: two such buffers stay in a core's own cache.
constexpr size_t kRunPlaintextBytes = 512 * 1024;
// Less is not worth a turn, not even so that all threads end at the same time.
constexpr size_t kShortRunPlaintextBytes = 64 * 1024;
constexpr unsigned kMaxMessageThreads = 64;

// Frames next to each other.
struct MessageRun {
  uint32_t first_sequence;
  bool is_last;  // its last frame is the final one
  uint64_t plaintext_offset;
  size_t plaintext_bytes;
  uint64_t body_offset;
  size_t body_bytes;
};

// The runs of the frames [begin, end) of a layout, which count from 0 here.
class MessageRuns {
 public:
  MessageRuns(const FrameLayout& layout, uint64_t begin, uint64_t end);
  // Of all frames.
  explicit MessageRuns(const FrameLayout& layout)
      : MessageRuns(layout, 0, layout.regular_frames + 1) {}

  uint64_t count() const;
  MessageRun Run(uint64_t index) const;
  // At least what Run(...).plaintext_bytes is.
  uint64_t max_plaintext_bytes() const { return frames_per_run_ * layout_.frame_length; }

 private:
  const FrameLayout layout_;
  const uint64_t begin_;
  const uint64_t end_;
  const uint64_t frames_per_run_;
};

// One thread's tools.
struct RunWorker {
  MessageFrames* frames = nullptr;
  HeapBytes in;
  HeapBytes out;
};

class RunTask {
 public:
  virtual ~RunTask() = default;
  // Works on one run. Called by several threads at once.
  virtual Status Do(RunWorker* worker, const MessageRun& run) = 0;
};

// Does the runs on up to `threads` threads, the calling one among them, and returns the first
// failure, or kAborted when `control` asked to stop. Adds each run's plaintext to
// `control->done_bytes`.
Status DoRuns(const MessageSecrets& secrets, AesGcmDirection direction, const MessageRuns& runs,
              unsigned threads, RunTask* task, JobControl* control);
// The same with frames that are keyed for the calling thread already.
Status DoRuns(const MessageSecrets& secrets, MessageFrames* own, AesGcmDirection direction,
              const MessageRuns& runs, unsigned threads, RunTask* task, JobControl* control);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_RUNS_H_
