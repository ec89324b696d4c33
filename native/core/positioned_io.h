// Reads and writes by position, whole: any number of threads may share the descriptor.
#ifndef KEYSTEAD_CORE_POSITIONED_IO_H_
#define KEYSTEAD_CORE_POSITIONED_IO_H_

#include <errno.h>
#include <unistd.h>

#include "bytes.h"
#include "own_file.h"

namespace keystead {

template <typename Move, typename Byte>
ssize_t MoveAllAt(Move move, const File& file, Byte* data, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size) {
    const ssize_t moved =
        move(file.get(), data + done, size - done, static_cast<off_t>(offset + done));
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) return -1;
    if (moved == 0) break;
    done += static_cast<size_t>(moved);
  }
  return static_cast<ssize_t>(done);
}

// How many bytes were read from `offset` on: fewer than asked for only at the end of the file, -1
// with errno on failure.
inline ssize_t ReadAllAt(const File& file, MutableBytes out, uint64_t offset) {
  return MoveAllAt(pread, file, out.data, out.size, offset);
}

// False with errno on failure.
inline bool WriteAllAt(const File& file, Bytes in, uint64_t offset) {
  return MoveAllAt(pwrite, file, in.data, in.size, offset) == static_cast<ssize_t>(in.size);
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_POSITIONED_IO_H_
