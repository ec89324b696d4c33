// Key bytes, nonces and reseeding.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "core_test.h"
#include "random_pool.h"
#include "thread_context.h"

namespace {

bool system_repeats_itself = false;
bool system_gives_nothing = false;

}  // namespace

// In front of the C library's, for all of this program.
extern "C" ssize_t getrandom(void* buffer, size_t size, unsigned int flags) {
  if (system_gives_nothing) {
    errno = ENOSYS;
    return -1;
  }
  if (!system_repeats_itself) return syscall(SYS_getrandom, buffer, size, flags);
  std::memset(buffer, 7, size);
  return static_cast<ssize_t>(size);
}

namespace keystead {
namespace {

using Nonce = std::array<uint8_t, 24>;

using Key = std::array<uint8_t, 32>;

ThreadContext* ThisThread() {
  ThreadContext* context = nullptr;
  EXPECT(GetThreadContext(&context) == Status::kOk);
  return context;
}

RandomPool* PoolOfThisThread() { return ThisThread()->nonce_pool; }

Key NewKey() {
  Key key{};
  EXPECT(RandomKeyBytes({key.data(), key.size()}) == Status::kOk);
  return key;
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
  std::set<Key> seen;
  for (int i = 0; i < 2000; ++i) {
    seen.insert(NewKey());
    const RandomPool* pool = ThisThread()->key_pool;
    EXPECT(test::IsAllZero(pool->bytes, pool->used));
  }
  EXPECT(seen.size() == 2000);
  EXPECT(test::IsAllZero(ThisThread()->random_input, kRandomInputBytes));
}

// What a cloned machine would do.
KEYSTEAD_TEST(RandomKeyBytesDifferWhenThePoolComesBack) {
  NewKey();
  const RandomPool before = *ThisThread()->key_pool;
  std::set<Key> seen;
  for (int i = 0; i < 100; ++i) {
    *ThisThread()->key_pool = before;
    seen.insert(NewKey());
  }
  EXPECT(seen.size() == 100);
}

KEYSTEAD_TEST(RandomKeyBytesDifferWhenTheSystemRepeatsItself) {
  NewKey();
  system_repeats_itself = true;
  std::set<Key> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(NewKey());
  EXPECT(seen.size() == 1000);
}

KEYSTEAD_TEST(RandomKeyBytesFailAndAreWipedWhenTheSystemGivesNothing) {
  NewKey();
  system_gives_nothing = true;
  Key key;
  key.fill(1);
  EXPECT(RandomKeyBytes({key.data(), key.size()}) == Status::kRandomFailed);
  EXPECT(test::IsAllZero(key.data(), key.size()));
}

KEYSTEAD_TEST(RandomKeyPoolIsThrownAwayAfterASecondAndByReseeding) {
  NewKey();
  NewKey();
  RandomPool* pool = ThisThread()->key_pool;
  EXPECT(pool->used == 2 * sizeof(Key));
  pool->filled_at_ms -= kRandomPoolMaxAgeMs;
  NewKey();
  EXPECT(pool->used == sizeof(Key));
  EXPECT(ReseedRandom() == Status::kOk);
  NewKey();
  EXPECT(pool->used == sizeof(Key));
}

}  // namespace
}  // namespace keystead
