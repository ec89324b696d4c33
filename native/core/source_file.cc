#include "source_file.h"

#include <fcntl.h>

#include "positioned_io.h"

namespace keystead {

Status SourceFile::Open(const char* path, MessageFileProblem* problem) {
  // Through symbolic links, as people expect; O_NONBLOCK: a FIFO must not wait for a writer.
  file_ = File::Adopt(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file_.ok() || fstat(file_.get(), &info_) != 0) {
    return FileFailure(FileStep::kOpenSource, errno, problem);
  }
  if (!S_ISREG(info_.st_mode)) return FileFailure(FileStep::kSourceNotRegular, 0, problem);
  return Status::kOk;
}

Status SourceFile::ReadAt(MutableBytes out, uint64_t offset, MessageFileProblem* problem) const {
  const ssize_t read = ReadAllAt(file_, out, offset);
  if (read < 0) return FileFailure(FileStep::kReadSource, errno, problem);
  if (static_cast<size_t>(read) < out.size) {
    return FileFailure(FileStep::kSourceChanged, 0, problem);
  }
  return Status::kOk;
}

}  // namespace keystead
