#include "file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace keystead {

namespace {

constexpr useconds_t kPauseMicroseconds = 1000;

}  // namespace

FileResult FileLock::Open(const char* path, FileLock* lock) {
  FileLock opened;
  opened.file_ = File(path, O_RDWR);
  if (!opened.file_.ok()) return OpenProblem();
  struct stat info;
  const FileResult own = CheckOwnFile(opened.file_, &info);
  if (!own.ok()) return own;
  *lock = std::move(opened);
  return {};
}

FileResult FileLock::TryTake(bool* taken) const {
  *taken = flock(file_.get(), LOCK_EX | LOCK_NB) == 0;
  return *taken || errno == EWOULDBLOCK ? FileResult() : IoProblem();
}

FileResult FileLock::TakeWithin(std::chrono::milliseconds time, bool* taken) const {
  const auto end = std::chrono::steady_clock::now() + time;
  FileResult result = TryTake(taken);
  while (result.ok() && !*taken && std::chrono::steady_clock::now() < end) {
    usleep(kPauseMicroseconds);
    result = TryTake(taken);
  }
  return result;
}

void FileLock::Release() const { flock(file_.get(), LOCK_UN); }

}  // namespace keystead
