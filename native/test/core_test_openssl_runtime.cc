// OpenSSL on the arena: the allocator hooks to the letter, large blocks, starting from many
// threads, the CPU's status.
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "core_test.h"
#include "large_block.h"
#include "openssl_runtime.h"
#include "secure_arena.h"
#include "thread_context.h"

namespace keystead {
namespace {

constexpr size_t kMiB = 1024 * 1024;

KEYSTEAD_TEST(OpenSslAllocatesInTheArena) {
  ASSERT(EnsureStarted() == Status::kOk);
  void* block = OPENSSL_malloc(100);
  EXPECT(InSecureArena(block));
  EXPECT(reinterpret_cast<uintptr_t>(block) % 16 == 0);
  OPENSSL_free(block);
  EXPECT(OPENSSL_malloc(0) == nullptr);
  OPENSSL_free(nullptr);
}

// realloc(3) for every pair of sizes around the classes, the pages and the largest block.
KEYSTEAD_TEST(OpenSslReallocKeepsContentsAndWipesTheOldBlock) {
  ASSERT(ConfigureSecureMemory({SecureMemoryMode::kPrefer, SecureMemoryBacking::kMlock,
                                kSecureArenaDefaultMaxBytes}) == Status::kOk);
  ASSERT(EnsureStarted() == Status::kOk);
  const size_t in_use = GetSecureMemoryStatus().in_use_bytes;
  const size_t sizes[] = {1, 16, 17, 64, 2048, 2049, 5000, kMiB - 1, kMiB, kMiB + 1, 3 * kMiB};
  for (size_t from : sizes) {
    for (size_t to : sizes) {
      auto* old_block = static_cast<uint8_t*>(OPENSSL_malloc(from));
      std::memset(old_block, 0x3c, from);
      auto* block = static_cast<uint8_t*>(OPENSSL_realloc(old_block, to));
      ASSERT(block != nullptr);
      for (size_t i = 0; i < std::min(from, to); ++i) ASSERT(block[i] == 0x3c);
      if (block != old_block && from <= kMiB) EXPECT(test::IsAllZero(old_block, from));
      std::memset(block, 0x3d, to);
      OPENSSL_free(block);
    }
  }
  EXPECT(GetSecureMemoryStatus().in_use_bytes == in_use);
  EXPECT(LargeBlockBytes() == 0);
}

KEYSTEAD_TEST(OpenSslReallocOfNothingAndToNothing) {
  ASSERT(EnsureStarted() == Status::kOk);
  const size_t in_use = GetSecureMemoryStatus().in_use_bytes;
  void* block = OPENSSL_realloc(nullptr, 40);
  EXPECT(block != nullptr);
  EXPECT(OPENSSL_realloc(block, 0) == nullptr);
  EXPECT(OPENSSL_realloc(nullptr, 0) == nullptr);
  EXPECT(GetSecureMemoryStatus().in_use_bytes == in_use);
}

KEYSTEAD_TEST(OpenSslReallocLeavesTheOldBlockWhenItFails) {
  ASSERT(ConfigureSecureMemory({SecureMemoryMode::kPrefer, SecureMemoryBacking::kMlock, kMiB}) ==
         Status::kOk);
  ASSERT(EnsureStarted() == Status::kOk);
  auto* block = static_cast<uint8_t*>(OPENSSL_malloc(64));
  std::memset(block, 9, 64);
  void* none = OPENSSL_realloc(block, kMiB);
  EXPECT(none == nullptr);
  EXPECT(TakeOpenSslAllocationFailure());
  EXPECT(block[0] == 9 && block[63] == 9);
  OPENSSL_free(block);
}

KEYSTEAD_TEST(LargeBlocksAreCountedAndOutsideTheArena) {
  ASSERT(EnsureStarted() == Status::kOk);
  auto* block = static_cast<uint8_t*>(OPENSSL_malloc(64 * kMiB));
  ASSERT(block != nullptr);
  EXPECT(!InSecureArena(block));
  EXPECT(test::IsAllZero(block, 4096));
  EXPECT(GetSecureMemoryStatus().large_bytes == 64 * kMiB);
  block[64 * kMiB - 1] = 1;
  OPENSSL_free(block);
  EXPECT(GetSecureMemoryStatus().large_bytes == 0);
  void* impossible = OPENSSL_malloc(SIZE_MAX - 100);
  EXPECT(impossible == nullptr);
}

KEYSTEAD_TEST(RuntimeStartsOnceFromManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([] { EXPECT(EnsureStarted() == Status::kOk); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT(GetSecureMemoryStatus().in_use_bytes > 0);
}

// Under 512 KiB OpenSSL cannot start, so exactly that must be enough.
KEYSTEAD_TEST(RuntimeStartsInTheSmallestArena) {
  test::LimitLockedMemory(kSecureArenaMinBytes);
  ASSERT(ConfigureSecureMemory({SecureMemoryMode::kRequire, SecureMemoryBacking::kAuto,
                                kSecureArenaMinBytes}) == Status::kOk);
  ThreadContext* context = nullptr;
  EXPECT(GetThreadContext(&context) == Status::kOk);
  EXPECT(SecureAllocate(64, SecureUse::kKey) != nullptr);
  EXPECT(GetSecureMemoryStatus().in_use_bytes < kSecureArenaMinBytes - kSecureArenaOpenSslReserve);
}

KEYSTEAD_TEST(RuntimeTellsVersionAndCpu) {
  EXPECT(std::string(OpenSslVersion()).rfind("OpenSSL 3.5.", 0) == 0);
  const CpuStatus cpu = GetCpuStatus();
  EXPECT(cpu.aes_gcm != nullptr);
  EXPECT(cpu.constant_time == (std::string(cpu.aes_gcm) != "generic" &&
                               std::string(cpu.aes_gcm) != "aesni-table-ghash"));
  EXPECT(!GetSecureMemoryStatus().started);
}

KEYSTEAD_TEST(RuntimeEmptiesTheErrorQueue) {
  ASSERT(EnsureStarted() == Status::kOk);
  {
    const ClearErrorQueueOnReturn clear_errors;
    ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
    EXPECT(ERR_peek_error() != 0);
    EXPECT(OpenSslFailure() == Status::kCryptoFailed);
  }
  EXPECT(ERR_peek_error() == 0);
}

KEYSTEAD_TEST(RuntimeIgnoresOpenSslConfiguration) {
  setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1);
  setenv("OPENSSL_MODULES", "/nonexistent", 1);
  EXPECT(EnsureStarted() == Status::kOk);
}

}  // namespace
}  // namespace keystead
