// The policy and the limits: what is locked, what is refused, and that the status tells the truth.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "core_test.h"
#include "openssl_runtime.h"
#include "random_pool.h"
#include "secure_arena.h"
#include "thread_context.h"

namespace keystead {
namespace {

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = 1024 * kKiB;

Status Configure(SecureMemoryMode mode, SecureMemoryBacking backing, size_t max_bytes) {
  return ConfigureSecureMemory({mode, backing, max_bytes});
}

size_t BackedBytes(const SecureMemoryStatus& status) {
  return status.memfd_secret_bytes + status.mlock_bytes + status.unlocked_bytes;
}

// 100,000 live data keys under the usual limit, OpenSSL and a thread's context included.
void HoldsManyKeys(SecureMemoryBacking backing) {
  test::LimitLockedMemory(8 * kMiB);
  ASSERT(Configure(SecureMemoryMode::kRequire, backing, kSecureArenaDefaultMaxBytes) ==
         Status::kOk);
  ThreadContext* context = nullptr;
  ASSERT(GetThreadContext(&context) == Status::kOk);
  std::vector<uint8_t*> keys(100000);
  for (uint8_t*& key : keys) {
    key = static_cast<uint8_t*>(SecureAllocate(64, SecureUse::kKey));
    ASSERT(key != nullptr);
    std::memset(key, 0xee, 64);
  }
  const SecureMemoryStatus status = GetSecureMemoryStatus();
  EXPECT(status.unlocked_bytes == 0);
  EXPECT(BackedBytes(status) <= 8 * kMiB);
  EXPECT(status.allowed_bytes == 8 * kMiB);
  EXPECT(status.in_use_bytes >= 6400000);
  for (uint8_t* key : keys) SecureFree(key);
}

KEYSTEAD_TEST(LimitHoldsAHundredThousandKeysInSecretMemory) {
  HoldsManyKeys(SecureMemoryBacking::kAuto);
}

KEYSTEAD_TEST(LimitHoldsAHundredThousandKeysInLockedMemory) {
  HoldsManyKeys(SecureMemoryBacking::kMlock);
  EXPECT(GetSecureMemoryStatus().memfd_secret_bytes == 0);
}

void RequireRefuses(SecureMemoryBacking backing) {
  test::LimitLockedMemory(64 * kKiB);
  ASSERT(Configure(SecureMemoryMode::kRequire, backing, kSecureArenaDefaultMaxBytes) ==
         Status::kOk);
  EXPECT(EnsureStarted() == Status::kSecureMemory);
  EXPECT(SecureAllocate(64, SecureUse::kKey) == nullptr);
  const SecureMemoryStatus status = GetSecureMemoryStatus();
  EXPECT(!status.started);
  EXPECT(BackedBytes(status) == 0);
  EXPECT(status.allowed_bytes == 64 * kKiB);
}

KEYSTEAD_TEST(LimitRequireRefusesTooSmallALimit) { RequireRefuses(SecureMemoryBacking::kAuto); }
KEYSTEAD_TEST(LimitRequireRefusesTooSmallALimitWithMlock) {
  RequireRefuses(SecureMemoryBacking::kMlock);
}

KEYSTEAD_TEST(LimitPreferStartsAfterRequireWasRefused) {
  RequireRefuses(SecureMemoryBacking::kAuto);
  ASSERT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kAuto, kMiB) == Status::kOk);
  EXPECT(EnsureStarted() == Status::kOk);
}

void PreferWorks(SecureMemoryBacking backing, size_t limit) {
  test::LimitLockedMemory(limit);
  ASSERT(Configure(SecureMemoryMode::kPrefer, backing, kSecureArenaDefaultMaxBytes) == Status::kOk);
  ThreadContext* context = nullptr;
  EXPECT(GetThreadContext(&context) == Status::kOk);
  const SecureMemoryStatus status = GetSecureMemoryStatus();
  EXPECT(status.started);
  EXPECT(status.memfd_secret_bytes + status.mlock_bytes == limit);
  EXPECT(status.unlocked_bytes > 0);
  EXPECT(status.allowed_bytes == limit);
}

KEYSTEAD_TEST(LimitPreferTellsTheTruth) { PreferWorks(SecureMemoryBacking::kAuto, 64 * kKiB); }
KEYSTEAD_TEST(LimitPreferTellsTheTruthWithMlock) {
  PreferWorks(SecureMemoryBacking::kMlock, 64 * kKiB);
}
KEYSTEAD_TEST(LimitPreferTellsTheTruthWithNothingLockable) {
  PreferWorks(SecureMemoryBacking::kAuto, 0);
}

// Others in the process may have used up the allowance: the kernel's refusal counts, not our sum.
void OthersHaveLockedEverything(SecureMemoryMode mode, Status expected) {
  test::LimitLockedMemory(kMiB);
  void* others = mmap(nullptr, kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT(syscall(SYS_mlock, others, kMiB) == 0);
  ASSERT(Configure(mode, SecureMemoryBacking::kMlock, 8 * kMiB) == Status::kOk);
  EXPECT(StartSecureArena() == expected);
  EXPECT(GetSecureMemoryStatus().mlock_bytes == 0);
}

KEYSTEAD_TEST(LimitPreferFallsBackWhenTheKernelRefuses) {
  OthersHaveLockedEverything(SecureMemoryMode::kPrefer, Status::kOk);
  EXPECT(GetSecureMemoryStatus().unlocked_bytes == kSecureArenaMinBytes);
}

KEYSTEAD_TEST(LimitRequireFailsWhenTheKernelRefuses) {
  OthersHaveLockedEverything(SecureMemoryMode::kRequire, Status::kSecureMemory);
}

size_t FillWithKeys() {
  size_t count = 0;
  while (SecureAllocate(64, SecureUse::kKey) != nullptr) ++count;
  return count;
}

// Keys stop while OpenSSL can still work; at the end OpenSSL gets an error, not a crash.
KEYSTEAD_TEST(ExhaustionLeavesOpenSslItsReserve) {
  ASSERT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kMlock, kMiB) == Status::kOk);
  ASSERT(EnsureStarted() == Status::kOk);
  EXPECT(FillWithKeys() > 10000);
  ThreadContext* context = nullptr;
  EXPECT(GetThreadContext(&context) == Status::kOk);
  size_t reserve = 0;
  while (SecureAllocate(4096, SecureUse::kOpenSsl) != nullptr) reserve += 4096;
  EXPECT(reserve >= kSecureArenaOpenSslReserve / 2);
  while (SecureAllocate(16, SecureUse::kOpenSsl) != nullptr) continue;
  TakeOpenSslAllocationFailure();
  EVP_CIPHER_CTX* none = EVP_CIPHER_CTX_new();
  EXPECT(none == nullptr);
  EXPECT(OpenSslFailure() == Status::kSecureMemory);
}

size_t pages_left = 0;

void UseOpenSslWithFewPagesLeft() {
  ASSERT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kMlock, kSecureArenaMinBytes) ==
         Status::kOk);
  ASSERT(EnsureStarted() == Status::kOk);
  std::vector<void*> pages;
  while (void* page = SecureAllocate(4096, SecureUse::kOpenSsl)) pages.push_back(page);
  for (size_t size = 2048; size >= 16; size /= 2) {
    while (SecureAllocate(size, SecureUse::kOpenSsl) != nullptr) continue;
  }
  TakeOpenSslAllocationFailure();
  for (size_t i = 0; i < pages_left; ++i) SecureFree(pages[i]);
  uint8_t bytes[32];
  const Status key = RandomKeyBytes({bytes, sizeof(bytes)});
  const Status nonce = RandomNonce({bytes, 24});
  for (Status status : {key, nonce}) {
    EXPECT(status == Status::kOk || status == Status::kSecureMemory);
  }
  EXPECT(pages_left > 0 || key == Status::kSecureMemory);
  EXPECT(pages_left < 24 || (key == Status::kOk && nonce == Status::kOk));
}

// Wherever in OpenSSL the memory ends, the caller gets kSecureMemory and nothing crashes.
KEYSTEAD_TEST(ExhaustionAtAnyPointIsAnError) {
  for (pages_left = 0; pages_left <= 24; ++pages_left) {
    EXPECT(test::RunInChild(UseOpenSslWithFewPagesLeft).exit_code == 0);
  }
}

KEYSTEAD_TEST(ExhaustionUnderRequireStopsAtTheLimit) {
  test::LimitLockedMemory(kMiB + 100 * kKiB);
  ASSERT(Configure(SecureMemoryMode::kRequire, SecureMemoryBacking::kAuto, 64 * kMiB) ==
         Status::kOk);
  EXPECT(FillWithKeys() > 15000);
  const SecureMemoryStatus status = GetSecureMemoryStatus();
  EXPECT(BackedBytes(status) == kMiB + 100 * kKiB);
  EXPECT(status.unlocked_bytes == 0);
}

KEYSTEAD_TEST(PolicyIsTheProcesss) {
  EXPECT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kAuto,
                   kSecureArenaMinBytes - 1) == Status::kInvalidArgument);
  EXPECT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kAuto,
                   kSecureArenaMaxBytesLimit + 1) == Status::kInvalidArgument);
  const SecureMemoryPolicy policy = {SecureMemoryMode::kPrefer, SecureMemoryBacking::kMlock,
                                     3 * kMiB};
  EXPECT(ConfigureSecureMemory(policy) == Status::kOk);
  EXPECT(StartSecureArena() == Status::kOk);
  EXPECT(ConfigureSecureMemory(policy) == Status::kOk);
  EXPECT(Configure(SecureMemoryMode::kRequire, SecureMemoryBacking::kMlock, 3 * kMiB) ==
         Status::kInvalidArgument);
  EXPECT(GetSecureMemoryStatus().policy.max_bytes == 3 * kMiB);
}

KEYSTEAD_TEST(PolicyMayReserveTheLargestArena) {
  ASSERT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kMlock,
                   kSecureArenaMaxBytesLimit) == Status::kOk);
  EXPECT(StartSecureArena() == Status::kOk);
  EXPECT(BackedBytes(GetSecureMemoryStatus()) < 2 * kSecureArenaMinBytes);
}

KEYSTEAD_TEST(PolicyComesFromTheEnvironment) {
  test::NeedLockableMemory(kSecureArenaMinBytes);
  setenv("KEYSTEAD_SECURE_MEMORY", "require", 1);
  setenv("KEYSTEAD_SECURE_MEMORY_BACKING", "mlock", 1);
  EXPECT(GetSecureMemoryStatus().policy.mode == SecureMemoryMode::kRequire);
  EXPECT(StartSecureArena() == Status::kOk);
  const SecureMemoryStatus status = GetSecureMemoryStatus();
  EXPECT(status.policy.mode == SecureMemoryMode::kRequire);
  EXPECT(status.memfd_secret_bytes == 0 && status.mlock_bytes == kSecureArenaMinBytes);
}

KEYSTEAD_TEST(PolicyConfiguredWinsOverTheEnvironmentsMode) {
  setenv("KEYSTEAD_SECURE_MEMORY", "require", 1);
  setenv("KEYSTEAD_SECURE_MEMORY_BACKING", "mlock", 1);
  EXPECT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kAuto, kMiB) == Status::kOk);
  EXPECT(StartSecureArena() == Status::kOk);
  EXPECT(GetSecureMemoryStatus().policy.mode == SecureMemoryMode::kPrefer);
  EXPECT(GetSecureMemoryStatus().policy.backing == SecureMemoryBacking::kMlock);
  EXPECT(Configure(SecureMemoryMode::kPrefer, SecureMemoryBacking::kAuto, kMiB) == Status::kOk);
}

KEYSTEAD_TEST(PolicyMisspeltInTheEnvironmentIsAnError) {
  for (const char* value : {"required", "Require", "", "1"}) {
    setenv("KEYSTEAD_SECURE_MEMORY", value, 1);
    EXPECT(EnsureStarted() == Status::kInvalidArgument);
  }
  EXPECT(!GetSecureMemoryStatus().started);
  setenv("KEYSTEAD_SECURE_MEMORY", "prefer", 1);
  EXPECT(EnsureStarted() == Status::kOk);
}

}  // namespace
}  // namespace keystead
