// Files of the effective user: opened without following a symbolic link, and judged by the open
// descriptor.
#ifndef KEYSTEAD_CORE_OWN_FILE_H_
#define KEYSTEAD_CORE_OWN_FILE_H_

#include <errno.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "status.h"

namespace keystead {

enum class FileProblem : uint8_t {
  kNone,
  kNotFound,
  kExists,
  kSymbolicLink,
  kNotRegular,
  kOwner,     // not the effective user
  kMode,      // anything but 0600 or 0400
  kWritable,  // by others than its owner
  kSize,      // not 32 bytes
  kReplaced,  // cut off, or another file has its name
  kIo,        // see `error_number`
};

struct FileResult {
  Status status = Status::kOk;  // kOk also when `problem` says what is wrong with the file
  FileProblem problem = FileProblem::kNone;
  int error_number = 0;  // errno of kIo

  bool ok() const { return status == Status::kOk && problem == FileProblem::kNone; }
};

inline FileResult Problem(FileProblem problem) { return {Status::kOk, problem, 0}; }
inline FileResult IoProblem(int error_number = errno) {
  return {Status::kOk, FileProblem::kIo, error_number};
}
// What `errno` says of an open(2) that failed.
FileResult OpenProblem();

// A descriptor that closes itself.
class File {
 public:
  File() = default;
  // Never follows a symbolic link, never waits for the writer of a FIFO, never survives an exec.
  File(const char* path, int flags, mode_t mode = 0);
  // Takes over an open descriptor, or -1.
  static File Adopt(int descriptor) {
    File file;
    file.descriptor_ = descriptor;
    return file;
  }
  ~File();
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// kNotRegular, kOwner, or what fstat(2) says into `info`.
FileResult CheckOwnFile(const File& file, struct stat* info);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_OWN_FILE_H_
