// A thread's OpenSSL objects: made at first use, in the arena, gone when the thread ends.
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

#include "core_test.h"
#include "openssl_runtime.h"
#include "random_pool.h"
#include "secure_arena.h"
#include "thread_context.h"

namespace keystead {
namespace {

void UseEverything() {
  ThreadContext* context = nullptr;
  ASSERT(GetThreadContext(&context) == Status::kOk);
  uint8_t bytes[64];
  EXPECT(RandomKeyBytes({bytes, 32}) == Status::kOk);
  EXPECT(RandomNonce({bytes, 24}) == Status::kOk);
  int written = 0;
  EXPECT(EVP_EncryptInit_ex2(context->aes_gcm, nullptr, bytes, bytes, nullptr) == 1);
  EXPECT(EVP_EncryptUpdate(context->aes_gcm, bytes, &written, bytes, 64) == 1 && written == 64);
  EXPECT(EVP_EncryptInit_ex2(context->aes_ecb, nullptr, bytes, nullptr, nullptr) == 1);
  EXPECT(EVP_EncryptUpdate(context->aes_ecb, bytes, &written, bytes, 16) == 1 && written == 16);
}

KEYSTEAD_TEST(ThreadContextLivesInTheArenaAndIsTheThreadsOwn) {
  ThreadContext* mine = nullptr;
  ThreadContext* again = nullptr;
  ASSERT(GetThreadContext(&mine) == Status::kOk);
  ASSERT(GetThreadContext(&again) == Status::kOk);
  EXPECT(mine == again);
  EXPECT(InSecureArena(mine) && InSecureArena(mine->aes_gcm) && InSecureArena(mine->aes_ecb));
  EXPECT(InSecureArena(mine->nonce_pool) && InSecureArena(mine->key_pool));
  EXPECT(InSecureArena(mine->scratch));
  std::thread([mine] {
    ThreadContext* other = nullptr;
    EXPECT(GetThreadContext(&other) == Status::kOk && other != mine);
  }).join();
}

KEYSTEAD_TEST(ThreadContextCostsAFewKiB) {
  UseEverything();
  const size_t before = GetSecureMemoryStatus().in_use_bytes;
  size_t during = 0;
  std::thread([&during] {
    UseEverything();
    during = GetSecureMemoryStatus().in_use_bytes;
  }).join();
  std::printf("  a thread: %zu bytes\n", during - before);
  EXPECT(during - before <= 14 * 1024);
}

// All eight live at once: OpenSSL's list of threads grows with their number and never shrinks.
void StartAndEndEightThreads() {
  std::atomic<int> ready{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&ready] {
      UseEverything();
      ++ready;
      while (ready < 8) std::this_thread::yield();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

KEYSTEAD_TEST(ThreadContextsOfAThousandThreadsGoAway) {
  UseEverything();
  StartAndEndEightThreads();
  const size_t before = GetSecureMemoryStatus().in_use_bytes;
  for (int round = 0; round < 125; ++round) StartAndEndEightThreads();
  EXPECT(GetSecureMemoryStatus().in_use_bytes == before);
}

KEYSTEAD_TEST(ThreadContextFailsCleanlyWhenTheArenaIsFull) {
  ASSERT(ConfigureSecureMemory({SecureMemoryMode::kPrefer, SecureMemoryBacking::kMlock,
                                kSecureArenaMinBytes}) == Status::kOk);
  ASSERT(EnsureStarted() == Status::kOk);
  for (size_t size = 4096; size >= 16; size /= 2) {
    while (SecureAllocate(size, SecureUse::kOpenSsl) != nullptr) continue;
  }
  TakeOpenSslAllocationFailure();
  ThreadContext* context = nullptr;
  EXPECT(GetThreadContext(&context) == Status::kSecureMemory);
}

}  // namespace
}  // namespace keystead
