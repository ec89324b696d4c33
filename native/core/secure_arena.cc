#include "secure_arena.h"

#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <type_traits>

#include "arena_blocks.h"
#include "arena_steps.h"
#include "large_block.h"
#include "memory_poison.h"
#include "process_guard.h"
#include "secure_memory_policy.h"

namespace keystead {
namespace {

// All of it is initialized at compile time and never destroyed: a thread may still free a key while
// the process exits.
pthread_mutex_t arena_mutex = PTHREAD_MUTEX_INITIALIZER;
ArenaBlocks blocks;
SecureMemoryPolicy configured_policy;
bool is_configured = false;
SecureMemoryPolicy running_policy;  // the configured one, completed from the environment
std::atomic<bool> is_started{false};
std::atomic<uintptr_t> reserved_begin{0};
std::atomic<uintptr_t> reserved_end{0};
std::atomic<bool> unlocked_notice_due{false};
bool unlocked_notice_raised = false;
thread_local bool openssl_allocation_failed = false;
static_assert(std::is_trivially_destructible_v<ArenaBlocks>, "nothing static has a destructor");

class ArenaLock {
 public:
  ArenaLock() { pthread_mutex_lock(&arena_mutex); }
  ~ArenaLock() { pthread_mutex_unlock(&arena_mutex); }
  ArenaLock(const ArenaLock&) = delete;
  ArenaLock& operator=(const ArenaLock&) = delete;
};

// A fork(2) in the middle of Grow would leave the child a shared mapping of a step that is not yet
// MADV_DONTFORK.
void LockBeforeFork() { pthread_mutex_lock(&arena_mutex); }
void UnlockAfterFork() { pthread_mutex_unlock(&arena_mutex); }

// A backing that the caller left to us may be narrowed by the environment, a mode that it chose may
// not.
Status EffectivePolicy(SecureMemoryPolicy* policy) {
  *policy = SecureMemoryPolicy();
  KEYSTEAD_RETURN_IF_ERROR(ReadSecureMemoryEnvironment(policy));
  if (!is_configured) return Status::kOk;
  const SecureMemoryBacking from_environment = policy->backing;
  *policy = configured_policy;
  if (policy->backing == SecureMemoryBacking::kAuto) policy->backing = from_environment;
  return Status::kOk;
}

Status ArmOnce() {
  static bool armed = false;
  if (armed) return Status::kOk;
  KEYSTEAD_RETURN_IF_ERROR(ArmProcessGuard());
  if (pthread_atfork(LockBeforeFork, UnlockAfterFork, UnlockAfterFork) != 0) {
    return Status::kSecureMemory;
  }
  armed = true;
  return Status::kOk;
}

Status StartLocked() {
  SecureMemoryPolicy policy;
  KEYSTEAD_RETURN_IF_ERROR(EffectivePolicy(&policy));
  KEYSTEAD_RETURN_IF_ERROR(ArmOnce());
  if (!blocks.Start(policy)) return Status::kSecureMemory;
  running_policy = policy;
  const auto begin = reinterpret_cast<uintptr_t>(blocks.steps().base());
  reserved_begin.store(begin, std::memory_order_relaxed);
  reserved_end.store(begin + blocks.steps().reserved_bytes(), std::memory_order_relaxed);
  is_started.store(true, std::memory_order_release);
  return Status::kOk;
}

void RaiseUnlockedNotice() {
  if (unlocked_notice_raised || blocks.steps().unlocked_bytes() == 0) return;
  unlocked_notice_raised = true;
  unlocked_notice_due.store(true, std::memory_order_relaxed);
}

bool IsPolicyInForce(const SecureMemoryPolicy& policy) {
  return policy == running_policy || (is_configured && policy == configured_policy);
}

void* FailAllocation(SecureUse use) {
  if (use == SecureUse::kOpenSsl) openssl_allocation_failed = true;
  return nullptr;
}

// A double free or a foreign pointer is a bug of ours. It is loud where we look for bugs; in
// production the block is left as it is, since a leak is better than a server that stops.
void ReportBadFree() {
#if defined(DEBUG) || defined(KEYSTEAD_ADDRESS_SANITIZER)
  abort();
#endif
}

}  // namespace

Status ConfigureSecureMemory(const SecureMemoryPolicy& policy) {
  if (IsForkedChild()) return Status::kForked;
  KEYSTEAD_RETURN_IF_ERROR(CheckSecureMemoryPolicy(policy));
  ArenaLock lock;
  if (is_started.load(std::memory_order_relaxed)) {
    return IsPolicyInForce(policy) ? Status::kOk : Status::kInvalidArgument;
  }
  configured_policy = policy;
  is_configured = true;
  return Status::kOk;
}

Status StartSecureArena() {
  if (IsForkedChild()) return Status::kForked;
  if (is_started.load(std::memory_order_acquire)) return Status::kOk;
  ArenaLock lock;
  if (is_started.load(std::memory_order_relaxed)) return Status::kOk;
  return StartLocked();
}

void* SecureAllocate(size_t size, SecureUse use) {
  if (size > kSecureArenaLargestBlock || StartSecureArena() != Status::kOk) {
    return FailAllocation(use);
  }
  ArenaLock lock;
  void* block = blocks.Allocate(size, use);
  RaiseUnlockedNotice();
  return block != nullptr ? block : FailAllocation(use);
}

void SecureFree(void* pointer) {
  if (pointer == nullptr || IsForkedChild()) return;
  if (!InSecureArena(pointer)) return ReportBadFree();
  ArenaLock lock;
  if (!blocks.Free(pointer)) ReportBadFree();
}

size_t SecureBlockSize(const void* pointer) { return blocks.BlockBytes(pointer); }

bool InSecureArena(const void* pointer) {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  return address >= reserved_begin.load(std::memory_order_relaxed) &&
         address < reserved_end.load(std::memory_order_relaxed);
}

bool TakeOpenSslAllocationFailure() {
  const bool failed = openssl_allocation_failed;
  openssl_allocation_failed = false;
  return failed;
}

SecureMemoryStatus GetSecureMemoryStatus() {
  SecureMemoryStatus status;
  if (IsForkedChild()) return status;
  ArenaLock lock;
  status.started = is_started.load(std::memory_order_relaxed);
  if (status.started) {
    status.policy = running_policy;
  } else {
    static_cast<void>(EffectivePolicy(&status.policy));
  }
  const ArenaSteps& steps = blocks.steps();
  status.memfd_secret_bytes = steps.memfd_secret_bytes();
  status.mlock_bytes = steps.mlock_bytes();
  status.unlocked_bytes = steps.unlocked_bytes();
  status.in_use_bytes = blocks.in_use_bytes();
  status.allowed_bytes = AllowedBytes(status.policy);
  status.large_bytes = LargeBlockBytes();
  return status;
}

size_t TakeUnlockedNotice() {
  if (!unlocked_notice_due.load(std::memory_order_relaxed)) return 0;
  if (!unlocked_notice_due.exchange(false)) return 0;
  return GetSecureMemoryStatus().unlocked_bytes;
}

}  // namespace keystead
