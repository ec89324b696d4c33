// EpochFile: a 64-bit counter in a mapped file, by which the processes that share a store tell each
// other that it changed. Reading it is one load. It is odd from before a change until after it:
// what was read at an odd epoch, or at two different ones, may be old and must not be kept.
//
// Knows neither OpenSSL nor the arena.
#ifndef KEYSTEAD_CORE_EPOCH_FILE_H_
#define KEYSTEAD_CORE_EPOCH_FILE_H_

#include "own_file.h"

namespace keystead {

class EpochFile {
 public:
  // Opens `path`, made with mode 0600 if it is not there. It must belong to the effective user and
  // be writable by nobody else: whoever can cut it off can end by SIGBUS every process that reads
  // it.
  static FileResult Open(const char* path, EpochFile* file);

  EpochFile() = default;
  ~EpochFile();
  EpochFile(EpochFile&& other) noexcept
      : file_(std::move(other.file_)), epoch_(std::exchange(other.epoch_, nullptr)) {}
  EpochFile& operator=(EpochFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(epoch_, other.epoch_);
    return *this;
  }
  EpochFile(const EpochFile&) = delete;
  EpochFile& operator=(const EpochFile&) = delete;

  // The epoch, less than 2^53: JavaScript counts no further. Thread-safe.
  uint64_t Read() const;

  // Sets it to the next odd number, before a change is made visible, and gives it in `raised`.
  // kReplaced, without a change, when the file was cut off or lost its name: then others watch
  // another file, or none. Thread-safe.
  FileResult Raise(uint64_t* raised);

  // Ends the change that began with `raised`: the even number after it, unless someone has raised
  // the epoch meanwhile, whose own end will do. True when this call changed it. Thread-safe.
  bool Settle(uint64_t raised);

 private:
  File file_;
  uint64_t* epoch_ = nullptr;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_EPOCH_FILE_H_
