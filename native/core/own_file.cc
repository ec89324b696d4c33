#include "own_file.h"

#include <fcntl.h>
#include <unistd.h>

namespace keystead {

FileResult OpenProblem() {
  if (errno == ENOENT) return Problem(FileProblem::kNotFound);
  if (errno == ELOOP) return Problem(FileProblem::kSymbolicLink);
  return IoProblem();
}

File::File(const char* path, int flags, mode_t mode)
    : descriptor_(open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode)) {}

File::~File() {
  if (descriptor_ >= 0) close(descriptor_);
}

FileResult CheckOwnFile(const File& file, struct stat* info) {
  if (fstat(file.get(), info) != 0) return IoProblem();
  if (!S_ISREG(info->st_mode)) return Problem(FileProblem::kNotRegular);
  if (info->st_uid != geteuid()) return Problem(FileProblem::kOwner);
  return {};
}

}  // namespace keystead
