// Key bytes, nonces and reseeding.
#include <unistd.h>

#include <array>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "core_test.h"
#include "random_pool.h"
#include "thread_context.h"

namespace keystead {
namespace {

using Nonce = std::array<uint8_t, 24>;

RandomPool* PoolOfThisThread() {
  ThreadContext* context = nullptr;
  EXPECT(GetThreadContext(&context) == Status::kOk);
  return context->random_pool;
}

KEYSTEAD_TEST(RandomNoncesNeverRepeat) {
  std::set<Nonce> seen;
  for (int i = 0; i < 20000; ++i) {
    Nonce nonce{};
    ASSERT(RandomNonce({nonce.data(), nonce.size()}) == Status::kOk);
    seen.insert(nonce);
  }
  EXPECT(seen.size() == 20000);
}

KEYSTEAD_TEST(RandomNoncesAreWipedFromThePool) {
  Nonce nonce{};
  for (int i = 0; i < 10; ++i) {
    ASSERT(RandomNonce({nonce.data(), nonce.size()}) == Status::kOk);
    const RandomPool* pool = PoolOfThisThread();
    EXPECT(test::IsAllZero(pool->bytes, pool->used));
    EXPECT(!test::IsAllZero(pool->bytes + pool->used, pool->filled - pool->used));
  }
  EXPECT(sizeof(RandomPool) <= 4096);
}

KEYSTEAD_TEST(RandomPoolIsThrownAwayAfterASecond) {
  Nonce nonce{};
  ASSERT(RandomNonce({nonce.data(), nonce.size()}) == Status::kOk);
  RandomPool* pool = PoolOfThisThread();
  uint8_t rest[kRandomPoolBytes];
  std::memcpy(rest, pool->bytes, sizeof(rest));
  pool->filled_at_ms -= kRandomPoolMaxAgeMs;
  ASSERT(RandomNonce({nonce.data(), nonce.size()}) == Status::kOk);
  EXPECT(pool->used == nonce.size());
  EXPECT(std::memcmp(rest + 100, pool->bytes + 100, sizeof(rest) - 100) != 0);
}

KEYSTEAD_TEST(RandomReseedThrowsEveryThreadsPoolAway) {
  Nonce nonce{};
  ASSERT(RandomNonce({nonce.data(), nonce.size()}) == Status::kOk);
  EXPECT(PoolOfThisThread()->used == nonce.size());
  std::thread([] { EXPECT(ReseedRandom() == Status::kOk); }).join();
  ASSERT(RandomNonce({nonce.data(), nonce.size()}) == Status::kOk);
  EXPECT(PoolOfThisThread()->used == nonce.size());
}

// Around the pool's size and the DRBG's largest request of 65,536 bytes.
KEYSTEAD_TEST(RandomFillsEverySize) {
  for (size_t size : {0, 1, 16, 2015, 2016, 2017, 4032, 5000, 65535, 65536, 65537, 200000}) {
    for (auto* fill : {RandomKeyBytes, RandomNonce}) {
      std::vector<uint8_t> bytes(size + 8, 0);
      EXPECT(fill({bytes.data(), size}) == Status::kOk);
      EXPECT(test::IsAllZero(bytes.data() + size, 8));
      for (size_t at = 0; at + 16 <= size; at += 16) {
        if (test::IsAllZero(bytes.data() + at, 16)) EXPECT(!"a part was not filled");
      }
    }
  }
}

KEYSTEAD_TEST(RandomKeyBytesNeverRepeatAndLeaveNoInputBehind) {
  std::set<std::array<uint8_t, 32>> seen;
  for (int i = 0; i < 2000; ++i) {
    std::array<uint8_t, 32> key{};
    ASSERT(RandomKeyBytes({key.data(), key.size()}) == Status::kOk);
    seen.insert(key);
  }
  EXPECT(seen.size() == 2000);
  ThreadContext* context = nullptr;
  ASSERT(GetThreadContext(&context) == Status::kOk);
  EXPECT(test::IsAllZero(context->random_input, kRandomInputBytes));
}

}  // namespace
}  // namespace keystead
