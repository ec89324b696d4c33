#include "process_guard.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

namespace keystead {
namespace {

constexpr uint8_t kSameProcess = 1;

// Until the guard is armed the sentinel is a constant, so that IsForkedChild needs no second test.
constexpr uint8_t kUnarmed = kSameProcess;
std::atomic<const uint8_t*> sentinel{&kUnarmed};

// madvise(2): the pages of a MADV_WIPEONFORK range are zero in a forked child.
uint8_t* MapSentinel() {
  const auto page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* page =
      mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (madvise(page, page_bytes, MADV_WIPEONFORK) == 0) return static_cast<uint8_t*>(page);
  munmap(page, page_bytes);
  return nullptr;
}

}  // namespace

Status ArmProcessGuard() {
  if (sentinel.load(std::memory_order_relaxed) != &kUnarmed) {
    return IsForkedChild() ? Status::kForked : Status::kOk;
  }
  uint8_t* page = MapSentinel();
  if (page == nullptr) return Status::kSecureMemory;
  *page = kSameProcess;
  sentinel.store(page, std::memory_order_release);
  return Status::kOk;
}

bool IsForkedChild() { return *sentinel.load(std::memory_order_acquire) != kSameProcess; }

}  // namespace keystead
