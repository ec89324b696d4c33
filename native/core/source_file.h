// SourceFile: a regular file that is read by position.
#ifndef KEYSTEAD_CORE_SOURCE_FILE_H_
#define KEYSTEAD_CORE_SOURCE_FILE_H_

#include <sys/stat.h>

#include "bytes.h"
#include "message_file_problem.h"
#include "own_file.h"

namespace keystead {

class SourceFile {
 public:
  Status Open(const char* path, MessageFileProblem* problem);
  // All of `out`. Thread-safe.
  Status ReadAt(MutableBytes out, uint64_t offset, MessageFileProblem* problem) const;

  // As it was when it was opened.
  const struct stat& info() const { return info_; }
  uint64_t size() const { return static_cast<uint64_t>(info_.st_size); }

 private:
  File file_;
  struct stat info_ = {};
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_SOURCE_FILE_H_
