// The arena as an allocator: alignment, zeroing, wiping, sizes, accounting, misuse, threads.
#include <cstring>
#include <thread>
#include <vector>

#include "core_test.h"
#include "memory_poison.h"
#include "secure_arena.h"
#include "size_classes.h"

namespace keystead {
namespace {

using test::IsAllZero;

SecureMemoryPolicy LockedPolicy() {
  SecureMemoryPolicy policy;
  policy.backing = SecureMemoryBacking::kMlock;
  return policy;
}

void ConfigureBacking(SecureMemoryBacking backing) {
  SecureMemoryPolicy policy;
  policy.backing = backing;
  EXPECT(ConfigureSecureMemory(policy) == Status::kOk);
}

// xorshift64: the same sequence every run.
struct Sequence {
  uint64_t state = 0x9e3779b97f4a7c15;
  size_t Next(size_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<size_t>(state % below);
  }
};

KEYSTEAD_TEST(SecureArenaBlocksAreAlignedZeroedAndLargeEnough) {
  for (size_t size = 0; size <= 9000; ++size) {
    auto* block = static_cast<uint8_t*>(SecureAllocate(size, SecureUse::kKey));
    ASSERT(block != nullptr);
    EXPECT(reinterpret_cast<uintptr_t>(block) % kBlockAlignBytes == 0);
    EXPECT(SecureBlockSize(block) >= size);
    EXPECT(InSecureArena(block));
    EXPECT(IsAllZero(block, SecureBlockSize(block)));
    std::memset(block, 0xa5, SecureBlockSize(block));
    SecureFree(block);
  }
  EXPECT(GetSecureMemoryStatus().in_use_bytes == 0);
}

KEYSTEAD_TEST(SecureArenaSmallBlocksCostTheirBytes) {
  for (size_t size : {16, 32, 48, 64, 80, 96, 112, 128}) {
    const size_t before = GetSecureMemoryStatus().in_use_bytes;
    void* block = SecureAllocate(size, SecureUse::kKey);
    EXPECT(SecureBlockSize(block) == size);
    EXPECT(GetSecureMemoryStatus().in_use_bytes == before + size);
    SecureFree(block);
  }
}

KEYSTEAD_TEST(SecureArenaClassesAreNeverMuchTooLarge) {
  for (size_t size = 129; size <= kLargestSizeClassBytes; ++size) {
    EXPECT(kSizeClassBytes[SizeClassOf(size)] >= size);
    EXPECT(kSizeClassBytes[SizeClassOf(size)] * 5 <= size * 8);
  }
}

void WipesOnFree() {
  for (size_t size : {16, 48, 64, 1152, 2048, 4096, 5000, 1024 * 1024}) {
    auto* neighbour = static_cast<uint8_t*>(SecureAllocate(size, SecureUse::kKey));
    auto* block = static_cast<uint8_t*>(SecureAllocate(size, SecureUse::kKey));
    ASSERT(block != nullptr && neighbour != nullptr);
    const size_t usable = SecureBlockSize(block);
    std::memset(block, 0x5a, usable);
    std::memset(neighbour, 0x77, SecureBlockSize(neighbour));
    SecureFree(block);
    EXPECT(IsAllZero(block, usable));
    EXPECT(neighbour[0] == 0x77 && neighbour[SecureBlockSize(neighbour) - 1] == 0x77);
    SecureFree(neighbour);
  }
}

KEYSTEAD_TEST(SecureArenaWipesOnFreeInLockedMemory) {
  ConfigureBacking(SecureMemoryBacking::kMlock);
  WipesOnFree();
  EXPECT(GetSecureMemoryStatus().memfd_secret_bytes == 0);
}

KEYSTEAD_TEST(SecureArenaWipesOnFreeInSecretMemory) {
  ConfigureBacking(SecureMemoryBacking::kAuto);
  WipesOnFree();
}

KEYSTEAD_TEST(SecureArenaRefusesMoreThanTheLargestBlock) {
  void* largest = SecureAllocate(kSecureArenaLargestBlock, SecureUse::kOpenSsl);
  EXPECT(largest != nullptr);
  EXPECT(!TakeOpenSslAllocationFailure());
  EXPECT(SecureAllocate(kSecureArenaLargestBlock + 1, SecureUse::kOpenSsl) == nullptr);
  EXPECT(TakeOpenSslAllocationFailure());
  EXPECT(!TakeOpenSslAllocationFailure());
  SecureFree(largest);
}

KEYSTEAD_TEST(SecureArenaLeavesNoFailureOfAKeyBehindForOpenSsl) {
  EXPECT(SecureAllocate(kSecureArenaLargestBlock + 1, SecureUse::kKey) == nullptr);
  EXPECT(!TakeOpenSslAllocationFailure());
}

#if !defined(DEBUG) && !defined(KEYSTEAD_ADDRESS_SANITIZER)
KEYSTEAD_TEST(SecureArenaLeavesBadPointersAlone) {
  alignas(16) uint8_t foreign[64] = {1};
  auto* block = static_cast<uint8_t*>(SecureAllocate(64, SecureUse::kKey));
  auto* run = static_cast<uint8_t*>(SecureAllocate(8192, SecureUse::kKey));
  auto* freed = static_cast<uint8_t*>(SecureAllocate(64, SecureUse::kKey));
  SecureFree(freed);
  std::memset(block, 1, 64);
  std::memset(run, 1, 8192);
  const size_t in_use = GetSecureMemoryStatus().in_use_bytes;
  SecureFree(nullptr);
  for (void* bad : {static_cast<void*>(foreign), static_cast<void*>(block + 16),
                    static_cast<void*>(run + 16), static_cast<void*>(run + 4096),
                    static_cast<void*>(freed), static_cast<void*>(run + 1024 * 1024)}) {
    SecureFree(bad);
  }
  EXPECT(GetSecureMemoryStatus().in_use_bytes == in_use);
  EXPECT(foreign[0] == 1 && block[16] == 1 && run[16] == 1 && run[4096] == 1);
}
#else
KEYSTEAD_TEST(SecureArenaAbortsOnADoubleFree) {
  const test::ChildOutcome outcome = test::RunInChild([] {
    void* block = SecureAllocate(64, SecureUse::kKey);
    SecureFree(block);
    SecureFree(block);
  });
  EXPECT(outcome.exit_code != 0);
}
#endif

struct Held {
  uint8_t* block = nullptr;
  size_t size = 0;
  uint8_t mark = 0;
};

void Release(Held* held) {
  for (size_t i = 0; i < held->size; ++i) {
    if (held->block[i] != held->mark) {
      EXPECT(!"a live block was changed");
      break;
    }
  }
  SecureFree(held->block);
  *held = Held();
}

size_t MixedSize(Sequence* sequence) {
  const size_t kind = sequence->Next(100);
  if (kind < 70) return 1 + sequence->Next(128);
  if (kind < 95) return 1 + sequence->Next(4096);
  return 1 + sequence->Next(100000);
}

// Any interleaving keeps blocks apart, hands out zeros and comes back to nothing in use.
void ChurnBlocks(uint64_t seed, size_t rounds) {
  Sequence sequence;
  sequence.state += seed;
  std::vector<Held> held(300);
  for (size_t round = 0; round < rounds; ++round) {
    Held& slot = held[sequence.Next(held.size())];
    if (slot.block != nullptr) Release(&slot);
    slot.size = MixedSize(&sequence);
    slot.mark = static_cast<uint8_t>(1 + sequence.Next(255));
    slot.block = static_cast<uint8_t*>(SecureAllocate(slot.size, SecureUse::kKey));
    ASSERT(slot.block != nullptr);
    if (!IsAllZero(slot.block, slot.size)) EXPECT(!"a block was not zero");
    std::memset(slot.block, slot.mark, slot.size);
  }
  for (Held& slot : held) Release(&slot);
}

KEYSTEAD_TEST(SecureArenaKeepsBlocksApart) {
  ConfigureBacking(SecureMemoryBacking::kMlock);
  ChurnBlocks(1, 30000);
  EXPECT(GetSecureMemoryStatus().in_use_bytes == 0);
}

KEYSTEAD_TEST(SecureArenaServesThreadsAtOnce) {
  ConfigureBacking(SecureMemoryBacking::kMlock);
  std::vector<std::thread> threads;
  for (uint64_t seed = 1; seed <= 4; ++seed) threads.emplace_back(ChurnBlocks, seed, 5000);
  for (std::thread& thread : threads) thread.join();
  EXPECT(GetSecureMemoryStatus().in_use_bytes == 0);
}

KEYSTEAD_TEST(SecureArenaGivesFreedPagesToOtherSizes) {
  SecureMemoryPolicy policy = LockedPolicy();
  policy.max_bytes = kSecureArenaMinBytes;
  EXPECT(ConfigureSecureMemory(policy) == Status::kOk);
  for (size_t size : {64, 2048, 16384, 300000, 128}) {
    std::vector<void*> blocks;
    while (void* block = SecureAllocate(size, SecureUse::kKey)) blocks.push_back(block);
    EXPECT(blocks.size() * size >= 280000);
    for (void* block : blocks) SecureFree(block);
  }
  EXPECT(GetSecureMemoryStatus().in_use_bytes == 0);
}

}  // namespace
}  // namespace keystead
