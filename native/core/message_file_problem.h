// MessageFileProblem: which step on which file failed, beside Status::kFile.
#ifndef KEYSTEAD_CORE_MESSAGE_FILE_PROBLEM_H_
#define KEYSTEAD_CORE_MESSAGE_FILE_PROBLEM_H_

#include <cstdint>

#include "status.h"

namespace keystead {

enum class FileStep : uint8_t {
  kNone,
  kOpenSource,
  kSourceNotRegular,
  kReadSource,
  kSourceChanged,  // it became shorter while it was read
  kOpenFolder,     // the folder of the target
  kCreateTarget,
  kTargetName,  // no name of a file
  kTargetNotRegular,
  kTargetExists,
  kSameFile,
  kWriteTarget,
  kPublishTarget,
  kSyncTarget,
};

struct MessageFileProblem {
  FileStep step = FileStep::kNone;
  int error_number = 0;  // errno, or 0 where the step says all
};

// Fills `problem` and gives kFile.
inline Status FileFailure(FileStep step, int error_number, MessageFileProblem* problem) {
  *problem = {step, error_number};
  return Status::kFile;
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_FILE_PROBLEM_H_
