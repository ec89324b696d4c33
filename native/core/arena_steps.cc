#include "arena_steps.h"

#include <unistd.h>

#include <algorithm>

#include "arena_backing.h"
#include "memory_poison.h"

namespace keystead {
namespace {

constexpr size_t kSmallStepBytes = kSecureArenaMinBytes;
constexpr size_t kSmallStepsEndBytes = size_t{8} * 1024 * 1024;
constexpr size_t kLargeStepBytes = size_t{4} * 1024 * 1024;

size_t WholePages(size_t bytes) {
  return bytes & ~(static_cast<size_t>(sysconf(_SC_PAGESIZE)) - 1);
}

size_t NextStepBytes(size_t backed_bytes, size_t reserved_bytes) {
  const size_t step = backed_bytes < kSmallStepsEndBytes ? kSmallStepBytes : kLargeStepBytes;
  return std::min(step, reserved_bytes - backed_bytes);
}

}  // namespace

size_t AllowedBytes(const SecureMemoryPolicy& policy) {
  return WholePages(std::min(policy.max_bytes, LockableBytes()));
}

bool ArenaSteps::Reserve(const SecureMemoryPolicy& policy) {
  const size_t bytes = WholePages(policy.max_bytes);
  base_ = ReserveArenaSpace(bytes);
  if (base_ == nullptr) return false;
  policy_ = policy;
  reserved_bytes_ = bytes;
  return true;
}

void ArenaSteps::Release() {
  UnpoisonMemory(base_, backed_bytes());
  ReleaseArenaSpace(base_, reserved_bytes_);
  *this = ArenaSteps();
}

bool ArenaSteps::Lock(uint8_t* step, size_t bytes) {
  if (policy_.backing == SecureMemoryBacking::kAuto && BackWithMemfdSecret(step, bytes)) {
    memfd_secret_bytes_ += bytes;
    return true;
  }
  if (!BackWithLockedMemory(step, bytes)) return false;
  mlock_bytes_ += bytes;
  return true;
}

// The kernel counts mlock(2) but not memfd_secret(2) against RLIMIT_MEMLOCK (VmLck stays 0), so the
// sum is kept here.
size_t ArenaSteps::Grow() {
  size_t bytes = NextStepBytes(backed_bytes(), reserved_bytes_);
  if (bytes == 0) return 0;
  uint8_t* step = base_ + backed_bytes();
  const size_t allowed = AllowedBytes(policy_);
  const size_t locked = memfd_secret_bytes_ + mlock_bytes_;
  const size_t lockable = std::min(bytes, allowed > locked ? allowed - locked : 0);
  if (lockable != 0 && Lock(step, lockable)) {
    bytes = lockable;
  } else if (policy_.mode == SecureMemoryMode::kPrefer && BackWithUnlockedMemory(step, bytes)) {
    unlocked_bytes_ += bytes;
  } else {
    return 0;
  }
  PoisonMemory(step, bytes);
  return bytes;
}

}  // namespace keystead
