#include "message_file.h"

#include <algorithm>

namespace keystead {

namespace {

// Longer than nearly every header.
constexpr size_t kFirstReadBytes = 4096;

}  // namespace

Status MessageFile::Open(const char* path, const MessageLimits& limits,
                         MessageFileProblem* problem) {
  KEYSTEAD_RETURN_IF_ERROR(source_.Open(path, problem));
  uint64_t wanted = kFirstReadBytes;
  while (true) {
    const size_t size = std::min(wanted, source_.size());
    if (!bytes_.Resize(size)) return Status::kOutOfMemory;
    KEYSTEAD_RETURN_IF_ERROR(source_.ReadAt({bytes_.data(), size}, 0, problem));
    const Status status = ParseMessageHeader(bytes_.bytes(), limits, &header_);
    if (status != Status::kMessageSize || size == source_.size()) return status;
    wanted *= 2;
  }
}

}  // namespace keystead
