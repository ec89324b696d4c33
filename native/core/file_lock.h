// FileLock: a lock on a whole file (flock(2)), by which processes, and threads of one process, take
// turns. It belongs to the open file, not to the process, and the kernel releases it with the last
// descriptor of that file: when the process dies, after the process's record locks (fcntl(2)), but
// a child that was forked while it was taken has such a descriptor too. So whoever has it releases
// it, rather than only closing it. It takes no notice of record locks; but when it is closed the
// process loses those that it has on the same file, as with every close, so the file must be one
// that nobody locks by records.
//
// Knows neither OpenSSL nor the arena.
#ifndef KEYSTEAD_CORE_FILE_LOCK_H_
#define KEYSTEAD_CORE_FILE_LOCK_H_

#include <chrono>

#include "own_file.h"

namespace keystead {

class FileLock {
 public:
  // Opens `path`, which must be there, for a lock that is not taken yet.
  static FileResult Open(const char* path, FileLock* lock);

  // Takes the lock, unless another FileLock has it; says in `taken` whether this one has it now.
  // Never waits. Thread-safe.
  FileResult TryTake(bool* taken) const;

  // The same, tried again every millisecond for so long.
  FileResult TakeWithin(std::chrono::milliseconds time, bool* taken) const;

  // Without effect when this one does not have it. A forked child must not call it: the open file,
  // and so the lock, is the parent's too.
  void Release() const;

 private:
  File file_;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_FILE_LOCK_H_
