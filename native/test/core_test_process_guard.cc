// Forked children, guard pages and what the kernel says of the arena's mappings.
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "core_test.h"
#include "openssl_runtime.h"
#include "process_guard.h"
#include "random_pool.h"
#include "secure_arena.h"
#include "thread_context.h"

namespace keystead {
namespace {

KEYSTEAD_TEST(ForkIsNotNoticedBeforeTheArenaStarts) {
  EXPECT(!IsForkedChild());
  EXPECT(test::RunInChild([] {
           EXPECT(!IsForkedChild());
           EXPECT(EnsureStarted() == Status::kOk);
         }).exit_code == 0);
}

void* live_block = nullptr;

void EverythingSaysForked() {
  EXPECT(IsForkedChild());
  EXPECT(StartSecureArena() == Status::kForked);
  EXPECT(EnsureStarted() == Status::kForked);
  EXPECT(ConfigureSecureMemory({}) == Status::kForked);
  EXPECT(SecureAllocate(64, SecureUse::kKey) == nullptr);
  SecureFree(live_block);
  ThreadContext* context = nullptr;
  EXPECT(GetThreadContext(&context) == Status::kForked);
  uint8_t bytes[32];
  EXPECT(RandomKeyBytes({bytes, 32}) == Status::kForked);
  EXPECT(RandomNonce({bytes, 24}) == Status::kForked);
  EXPECT(ReseedRandom() == Status::kForked);
  EXPECT(!GetSecureMemoryStatus().started);
  EXPECT(test::RunInChild([] { EXPECT(IsForkedChild()); }).exit_code == 0);
}

KEYSTEAD_TEST(ForkedChildIsRefusedEverywhere) {
  uint8_t nonce[24];
  ASSERT(RandomNonce({nonce, sizeof(nonce)}) == Status::kOk);
  live_block = SecureAllocate(64, SecureUse::kKey);
  EXPECT(!IsForkedChild());
  EXPECT(test::RunInChild(EverythingSaysForked).exit_code == 0);
  EXPECT(!IsForkedChild());
  EXPECT(RandomNonce({nonce, sizeof(nonce)}) == Status::kOk);
}

void TouchLiveBlock() { *static_cast<volatile uint8_t*>(live_block) = 1; }

KEYSTEAD_TEST(ForkedChildHasNoArena) {
  live_block = SecureAllocate(64, SecureUse::kKey);
  EXPECT(test::RunInChild(TouchLiveBlock).signal == SIGSEGV);
}

KEYSTEAD_TEST(ForkedChildOfAnUnlockedArenaHasNoArena) {
  test::LimitLockedMemory(0);
  live_block = SecureAllocate(64, SecureUse::kKey);
  EXPECT(test::RunInChild(TouchLiveBlock).signal == SIGSEGV);
}

struct Progress {
  volatile bool reached_the_edge;
};
Progress* progress = nullptr;

// The first block of a fresh arena is its first byte.
__attribute__((no_sanitize("address"))) void UnderrunArena() {
  auto* first = static_cast<volatile uint8_t*>(SecureAllocate(4096, SecureUse::kKey));
  first[0] = 1;
  progress->reached_the_edge = true;
  first[-1] = 1;
}

__attribute__((no_sanitize("address"))) void OverrunArena() {
  EXPECT(ConfigureSecureMemory({SecureMemoryMode::kPrefer, SecureMemoryBacking::kAuto,
                                kSecureArenaMinBytes}) == Status::kOk);
  auto* arena = static_cast<volatile uint8_t*>(SecureAllocate(4096, SecureUse::kKey));
  arena[kSecureArenaMinBytes - 1] = 1;
  progress->reached_the_edge = true;
  arena[kSecureArenaMinBytes] = 1;
}

__attribute__((no_sanitize("address"))) void OverrunBackedSteps() {
  auto* arena = static_cast<volatile uint8_t*>(SecureAllocate(4096, SecureUse::kKey));
  arena[kSecureArenaMinBytes - 1] = 1;
  progress->reached_the_edge = true;
  arena[kSecureArenaMinBytes] = 1;
}

KEYSTEAD_TEST(GuardPagesStopOverruns) {
  test::NeedLockableMemory(kSecureArenaMinBytes);
  for (auto* body : {UnderrunArena, OverrunArena, OverrunBackedSteps}) {
    progress = test::SharedWithChildren<Progress>();
    EXPECT(test::RunInChild(body).signal == SIGSEGV);
    EXPECT(progress->reached_the_edge);
  }
}

KEYSTEAD_TEST(SecretMemoryLeavesNoDescriptorOpen) {
  ASSERT(EnsureStarted() == Status::kOk);
  DIR* folder = opendir("/proc/self/fd");
  ASSERT(folder != nullptr);
  while (const dirent* entry = readdir(folder)) {
    char target[256] = {};
    if (readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1) < 0) continue;
    EXPECT(std::strstr(target, "secretmem") == nullptr);
  }
  closedir(folder);
}

// The VmFlags line of /proc/self/smaps for the mapping that holds `address`; see proc_pid_smaps(5).
std::string VmFlagsOf(const void* address) {
  std::FILE* smaps = std::fopen("/proc/self/smaps", "r");
  char line[512];
  bool is_here = false;
  std::string flags;
  while (std::fgets(line, sizeof(line), smaps) != nullptr) {
    unsigned long begin = 0;
    unsigned long end = 0;
    if (std::sscanf(line, "%lx-%lx ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<unsigned long>(address);
      is_here = at >= begin && at < end;
    }
    if (is_here && std::strncmp(line, "VmFlags:", 8) == 0) flags = line + 8;
  }
  std::fclose(smaps);
  return flags;
}

bool Has(const std::string& flags, const char* flag) {
  return flags.find(flag) != std::string::npos;
}

// lo: locked, dc: not copied on fork, dd: not dumped.
KEYSTEAD_TEST(LockedStepsAreLockedNotInheritedNotDumped) {
  test::NeedLockableMemory(kSecureArenaMinBytes);
  ASSERT(ConfigureSecureMemory({SecureMemoryMode::kRequire, SecureMemoryBacking::kMlock,
                                kSecureArenaDefaultMaxBytes}) == Status::kOk);
  const std::string flags = VmFlagsOf(SecureAllocate(64, SecureUse::kKey));
  EXPECT(Has(flags, " lo ") && Has(flags, " dc ") && Has(flags, " dd "));
}

KEYSTEAD_TEST(UnlockedStepsAreNotInheritedNotDumped) {
  test::LimitLockedMemory(0);
  const std::string flags = VmFlagsOf(SecureAllocate(64, SecureUse::kKey));
  EXPECT(!Has(flags, " lo ") && Has(flags, " dc ") && Has(flags, " dd "));
}

KEYSTEAD_TEST(SecretStepsAreNotReadableThroughProc) {
  void* block = SecureAllocate(64, SecureUse::kKey);
  if (GetSecureMemoryStatus().memfd_secret_bytes == 0) return;  // a kernel without it
  std::memset(block, 7, 64);
  std::FILE* memory = std::fopen("/proc/self/mem", "r");
  ASSERT(memory != nullptr);
  char copy[64];
  EXPECT(pread(fileno(memory), copy, sizeof(copy),
               static_cast<off_t>(reinterpret_cast<uintptr_t>(block))) < 0);
  std::fclose(memory);
  const std::string flags = VmFlagsOf(block);
  EXPECT(Has(flags, " dc ") && Has(flags, " dd "));
}

}  // namespace
}  // namespace keystead
