#include "message_runs.h"

#include <algorithm>

#include "helper_threads.h"

namespace keystead {

namespace {

// Less than this is done sooner than a helper is there.
constexpr uint64_t kThreadPlaintextBytes = 512 * 1024;

// Of a short message, threads that share it take small pieces, and end at about the same time.
uint64_t FramesPerRun(uint64_t frames, uint32_t frame_length) {
  constexpr uint64_t kRunsOfShortMessage = 16;
  const uint64_t bytes = std::clamp<uint64_t>(frames * frame_length / kRunsOfShortMessage,
                                              kShortRunPlaintextBytes, kRunPlaintextBytes);
  return std::max<uint64_t>(1, bytes / frame_length);
}

class RunPool {
 public:
  RunPool(const MessageSecrets& secrets, AesGcmDirection direction, const MessageRuns& runs,
          RunTask* task, JobControl* control)
      : secrets_(secrets),
        direction_(direction),
        runs_(runs),
        count_(runs.count()),
        task_(task),
        control_(control) {}

  // `own` are the calling thread's.
  Status Work(MessageFrames* own, unsigned threads) {
    const uint64_t worth = count_ * runs_.max_plaintext_bytes() / kThreadPlaintextBytes;
    const uint64_t wanted = std::min<uint64_t>({threads, kMaxMessageThreads, count_, worth});
    if (wanted > 1) {
      WorkWithHelpers(own, wanted - 1);
    } else {
      Fail(DoRuns(own));
    }
    if (failure_ != Status::kOk) return failure_;
    return control_->stop ? Status::kAborted : Status::kOk;
  }

 private:
  // Fewer threads do the same work.
  void WorkWithHelpers(MessageFrames* own, uint64_t wanted) {
    const HelperInvitation invitation(static_cast<unsigned>(wanted), Help, this);
    Fail(DoRuns(own));
  }

  // A thread for which the arena has no room leaves the work to the others.
  static void Help(void* pool) {
    ThreadContext* context = nullptr;
    if (GetThreadContext(&context) != Status::kOk) return;
    static_cast<RunPool*>(pool)->HelpDoRuns();
  }

  void HelpDoRuns() {
    MessageFrames frames;
    const Status status = secrets_.StartFrames(direction_, &frames);
    Fail(status == Status::kOk ? DoRuns(&frames) : status);
  }

  // Keeps the first failure.
  void Fail(Status status) {
    Status none = Status::kOk;
    if (status != Status::kOk) failure_.compare_exchange_strong(none, status);
  }

  Status DoRuns(MessageFrames* frames) {
    RunWorker worker;
    worker.frames = frames;
    while (!control_->stop && failure_ == Status::kOk) {
      const uint64_t index = next_.fetch_add(1);
      if (index >= count_) break;
      const MessageRun run = runs_.Run(index);
      KEYSTEAD_RETURN_IF_ERROR(task_->Do(&worker, run));
      control_->done_bytes += run.plaintext_bytes;
    }
    return Status::kOk;
  }

  const MessageSecrets& secrets_;
  const AesGcmDirection direction_;
  const MessageRuns& runs_;
  const uint64_t count_;
  std::atomic<uint64_t> next_{0};
  RunTask* const task_;
  JobControl* const control_;
  std::atomic<Status> failure_{Status::kOk};
};

}  // namespace

MessageRuns::MessageRuns(const FrameLayout& layout, uint64_t begin, uint64_t end)
    : layout_(layout),
      begin_(begin),
      end_(end),
      frames_per_run_(FramesPerRun(end - begin, layout.frame_length)) {}

uint64_t MessageRuns::count() const {
  return (end_ - begin_ + frames_per_run_ - 1) / frames_per_run_;
}

MessageRun MessageRuns::Run(uint64_t index) const {
  const uint64_t first = begin_ + index * frames_per_run_;
  const uint64_t end = std::min(first + frames_per_run_, end_);
  const bool is_last = end > layout_.regular_frames;
  const uint64_t regular = end - first - (is_last ? 1 : 0);
  MessageRun run;
  run.first_sequence = static_cast<uint32_t>(first + 1);
  run.is_last = is_last;
  run.plaintext_offset = first * layout_.frame_length;
  run.plaintext_bytes = regular * layout_.frame_length + (is_last ? layout_.final_length : 0);
  run.body_offset = layout_.FrameOffset(first);
  run.body_bytes = layout_.FrameOffset(regular) +
                   (is_last ? kFinalFrameOverheadBytes + layout_.final_length : 0);
  return run;
}

Status DoRuns(const MessageSecrets& secrets, AesGcmDirection direction, const MessageRuns& runs,
              unsigned threads, RunTask* task, JobControl* control) {
  MessageFrames own;
  KEYSTEAD_RETURN_IF_ERROR(secrets.StartFrames(direction, &own));
  return DoRuns(secrets, &own, direction, runs, threads, task, control);
}

Status DoRuns(const MessageSecrets& secrets, MessageFrames* own, AesGcmDirection direction,
              const MessageRuns& runs, unsigned threads, RunTask* task, JobControl* control) {
  RunPool pool(secrets, direction, runs, task, control);
  return pool.Work(own, threads);
}

}  // namespace keystead
