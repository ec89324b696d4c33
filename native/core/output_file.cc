#include "output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "new_file_name.h"
#include "positioned_io.h"

namespace keystead {

namespace {

constexpr mode_t kPrivateMode = 0600;
constexpr mode_t kPermissionBits = 0777;

bool IsWithoutNamelessFiles(int error_number) {
  // open(2): EISDIR before Linux 3.11.
  return error_number == EOPNOTSUPP || error_number == EISDIR || error_number == EINVAL;
}

}  // namespace

OutputFile::~OutputFile() {
  if (!temporary_.empty()) unlinkat(folder_.get(), temporary_.c_str(), 0);
}

Status OutputFile::CheckName(const struct stat& source, MessageFileProblem* problem) const {
  if (name_.empty() || name_ == "." || name_ == "..") {
    return FileFailure(FileStep::kTargetName, 0, problem);
  }
  struct stat target;
  if (fstatat(folder_.get(), name_.c_str(), &target, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? Status::kOk : FileFailure(FileStep::kCreateTarget, errno, problem);
  }
  if (target.st_dev == source.st_dev && target.st_ino == source.st_ino) {
    return FileFailure(FileStep::kSameFile, 0, problem);
  }
  if (!options_.overwrite) return FileFailure(FileStep::kTargetExists, 0, problem);
  // A device, a folder or a link is never what somebody wants to replace by a file.
  if (!S_ISREG(target.st_mode)) return FileFailure(FileStep::kTargetNotRegular, 0, problem);
  return Status::kOk;
}

Status OutputFile::CreateTemporary(MessageFileProblem* problem) {
  std::string name;
  KEYSTEAD_RETURN_IF_ERROR(TemporaryName("." + name_.substr(0, 200), &name));
  file_ = File::Adopt(openat(folder_.get(), name.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivateMode));
  if (!file_.ok()) return FileFailure(FileStep::kCreateTarget, errno, problem);
  temporary_ = name;
  return Status::kOk;
}

Status OutputFile::Create(const char* path, const struct stat& source,
                          const OutputFileOptions& options, MessageFileProblem* problem) {
  options_ = options;
  const std::string whole = path;
  name_ = whole.substr(whole.rfind('/') + 1);
  // Through symbolic links, as every path.
  folder_ = File::Adopt(open(FolderOf(whole).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_.ok()) return FileFailure(FileStep::kOpenFolder, errno, problem);
  KEYSTEAD_RETURN_IF_ERROR(CheckName(source, problem));
  if (!options_.try_nameless) return CreateTemporary(problem);
  file_ = File::Adopt(openat(folder_.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, kPrivateMode));
  if (file_.ok()) return Status::kOk;
  return IsWithoutNamelessFiles(errno) ? CreateTemporary(problem)
                                       : FileFailure(FileStep::kCreateTarget, errno, problem);
}

Status OutputFile::WriteAt(Bytes in, uint64_t offset, MessageFileProblem* problem) const {
  return WriteAllAt(file_, in, offset) ? Status::kOk
                                       : FileFailure(FileStep::kWriteTarget, errno, problem);
}

// By /proc, as open(2) has it; where that is not mounted, by the descriptor, which older kernels
// allow to the privileged alone.
bool OutputFile::Link(const char* name) const {
  char self[40];
  snprintf(self, sizeof(self), "/proc/self/fd/%d", file_.get());
  if (linkat(AT_FDCWD, self, folder_.get(), name, AT_SYMLINK_FOLLOW) == 0) return true;
  return errno == ENOENT && linkat(file_.get(), "", folder_.get(), name, AT_EMPTY_PATH) == 0;
}

bool OutputFile::TakeName() {
  if (temporary_.empty()) return Link(name_.c_str());
  if (!MoveToFreeName(folder_.get(), temporary_.c_str(), name_.c_str())) return false;
  temporary_.clear();
  return true;
}

bool OutputFile::ReplaceName() {
  if (temporary_.empty()) {
    std::string name;
    if (TemporaryName("." + name_.substr(0, 200), &name) != Status::kOk || !Link(name.c_str())) {
      return false;
    }
    temporary_ = name;
  }
  if (renameat(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str()) != 0) return false;
  temporary_.clear();
  return true;
}

Status OutputFile::Publish(mode_t mode, MessageFileProblem* problem) {
  if (fchmod(file_.get(), mode & kPermissionBits) != 0) {
    return FileFailure(FileStep::kPublishTarget, errno, problem);
  }
  if (options_.sync && fsync(file_.get()) != 0) {
    return FileFailure(FileStep::kSyncTarget, errno, problem);
  }
  if (!(options_.overwrite ? ReplaceName() : TakeName())) {
    return errno == EEXIST ? FileFailure(FileStep::kTargetExists, 0, problem)
                           : FileFailure(FileStep::kPublishTarget, errno, problem);
  }
  if (options_.sync && fsync(folder_.get()) != 0) {
    return FileFailure(FileStep::kSyncTarget, errno, problem);
  }
  return Status::kOk;
}

}  // namespace keystead
