// FileRuns: what encrypting and decrypting files in runs have in common.
#ifndef KEYSTEAD_CORE_FILE_RUNS_H_
#define KEYSTEAD_CORE_FILE_RUNS_H_

#include <mutex>

#include "message_file.h"
#include "message_runs.h"

namespace keystead {

// The most that the buffers of all threads take, unless one frame is longer.
constexpr size_t kFileBuffersBytesMax = 256 * 1024 * 1024;

// As many threads as may have two buffers each.
unsigned ThreadsWithBuffers(unsigned threads, const MessageRuns& runs);

// Authenticates the final frame, which proves how long an unsigned message is.
Status CheckFinalFrame(const MessageFile& file, const MessageSecrets& secrets,
                       const FrameLayout& layout, MessageFileProblem* problem);

// Reads a run of frames and decrypts them into `worker->out`.
Status OpenRunOfFile(const MessageFile& file, const MessageRun& run, RunWorker* worker,
                     MessageFileProblem* problem);

// A task on files: each thread has a problem of its own, the first of which is kept.
class FileRunTask : public RunTask {
 public:
  explicit FileRunTask(MessageFileProblem* problem) : problem_(problem) {}
  Status Do(RunWorker* worker, const MessageRun& run) final;

 protected:
  virtual Status DoOnFile(RunWorker* worker, const MessageRun& run,
                          MessageFileProblem* problem) = 0;

 private:
  std::mutex mutex_;
  MessageFileProblem* const problem_;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_FILE_RUNS_H_
