#include "epoch_file.h"

#include <fcntl.h>
#include <sys/mman.h>

namespace keystead {

namespace {

constexpr size_t kEpochBytes = sizeof(uint64_t);
constexpr uint64_t kVisibleBits = (uint64_t{1} << 53) - 1;

// What takes a lock instead takes one of its own process, which tells other processes nothing.
static_assert(__atomic_always_lock_free(kEpochBytes, nullptr), "epochs are shared by processes");

constexpr uint64_t NextOdd(uint64_t epoch) { return (epoch + 1) | 1; }

// Room for the epoch on the disk, and zeros where the file ended before: storing to a mapped page
// that a full disk has no room for is a SIGBUS.
FileResult Reserve(const File& file) {
  int error = EINTR;
  while (error == EINTR) error = posix_fallocate(file.get(), 0, kEpochBytes);
  return error == 0 ? FileResult() : IoProblem(error);
}

}  // namespace

FileResult EpochFile::Open(const char* path, EpochFile* file) {
  EpochFile opened;
  opened.file_ = File(path, O_RDWR | O_CREAT, 0600);
  if (!opened.file_.ok()) return OpenProblem();
  struct stat info;
  const FileResult own = CheckOwnFile(opened.file_, &info);
  if (!own.ok()) return own;
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return Problem(FileProblem::kWritable);
  const FileResult reserved = Reserve(opened.file_);
  if (!reserved.ok()) return reserved;
  void* mapped =
      mmap(nullptr, kEpochBytes, PROT_READ | PROT_WRITE, MAP_SHARED, opened.file_.get(), 0);
  if (mapped == MAP_FAILED) return IoProblem();
  opened.epoch_ = static_cast<uint64_t*>(mapped);
  *file = std::move(opened);
  return {};
}

EpochFile::~EpochFile() {
  if (epoch_ != nullptr) munmap(epoch_, kEpochBytes);
}

uint64_t EpochFile::Read() const {
  return __atomic_load_n(epoch_, __ATOMIC_SEQ_CST) & kVisibleBits;
}

FileResult EpochFile::Raise(uint64_t* raised) {
  struct stat info;
  if (fstat(file_.get(), &info) != 0) return IoProblem();
  if (info.st_nlink == 0 || info.st_size < static_cast<off_t>(kEpochBytes)) {
    return Problem(FileProblem::kReplaced);
  }
  uint64_t epoch = __atomic_load_n(epoch_, __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(epoch_, &epoch, NextOdd(epoch), false, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST)) {
  }
  *raised = NextOdd(epoch) & kVisibleBits;
  return {};
}

bool EpochFile::Settle(uint64_t raised) {
  uint64_t epoch = __atomic_load_n(epoch_, __ATOMIC_SEQ_CST);
  return (epoch & kVisibleBits) == raised &&
         __atomic_compare_exchange_n(epoch_, &epoch, epoch + 1, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST);
}

}  // namespace keystead
