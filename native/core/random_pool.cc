#include "random_pool.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "openssl_runtime.h"
#include "secure_arena.h"
#include "thread_context.h"
#include "wipe.h"

namespace keystead {
namespace {

constexpr unsigned int kStrengthBits = 256;
// SP 800-90Ar1 table 3: 2^19 bits per request. Each request gets fresh bytes of its own.
constexpr size_t kRequestBytesMax = 65536;

std::atomic<uint64_t> process_generation{0};

// Up to 256 bytes getrandom(2) is neither short nor interrupted once the kernel's generator is
// ready.
Status ReadSystemRandom(MutableBytes out) {
  size_t have = 0;
  while (have < out.size) {
    const ssize_t got = getrandom(out.data + have, out.size - have, 0);
    if (got < 0 && errno != EINTR) return Status::kRandomFailed;
    if (got > 0) have += static_cast<size_t>(got);
  }
  return Status::kOk;
}

Status RandomFailure() {
  return TakeOpenSslAllocationFailure() ? Status::kSecureMemory : Status::kRandomFailed;
}

Status GenerateWithFreshInput(EVP_RAND_CTX* generator, MutableBytes fresh, MutableBytes out) {
  KEYSTEAD_RETURN_IF_ERROR(ReadSystemRandom(fresh));
  const int ok =
      EVP_RAND_generate(generator, out.data, out.size, kStrengthBits, 0, fresh.data, fresh.size);
  return ok == 1 ? Status::kOk : RandomFailure();
}

int64_t NowMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

bool IsUsable(const RandomPool& pool, size_t size, int64_t now_ms, uint64_t generation) {
  return pool.filled - pool.used >= size && pool.generation == generation &&
         now_ms - pool.filled_at_ms < kRandomPoolMaxAgeMs;
}

Status Refill(RandomPool* pool, int64_t now_ms, uint64_t generation) {
  const ClearErrorQueueOnReturn clear_errors;
  pool->used = pool->filled = 0;
  if (RAND_bytes(pool->bytes, sizeof(pool->bytes)) != 1) {
    Wipe(pool->bytes, sizeof(pool->bytes));
    return RandomFailure();
  }
  pool->filled = sizeof(pool->bytes);
  pool->filled_at_ms = now_ms;
  pool->generation = generation;
  return Status::kOk;
}

void HandOut(RandomPool* pool, MutableBytes out) {
  uint8_t* next = pool->bytes + pool->used;
  std::memcpy(out.data, next, out.size);
  Wipe(next, out.size);
  pool->used += out.size;
}

Status RandomNonceFromPool(RandomPool* pool, MutableBytes out) {
  const int64_t now_ms = NowMs();
  const uint64_t generation = process_generation.load(std::memory_order_acquire);
  if (!IsUsable(*pool, out.size, now_ms, generation)) {
    KEYSTEAD_RETURN_IF_ERROR(Refill(pool, now_ms, generation));
  }
  HandOut(pool, out);
  return Status::kOk;
}

}  // namespace

Status RandomKeyBytes(MutableBytes out) {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  const ClearErrorQueueOnReturn clear_errors;
  EVP_RAND_CTX* generator = RAND_get0_private(nullptr);
  if (generator == nullptr) return RandomFailure();
  const MutableBytes fresh = {thread->random_input, sizeof(thread->random_input)};
  const WipeOnReturn wipe_fresh(fresh);
  WipeOnReturn wipe_out(out);
  for (size_t done = 0; done < out.size;) {
    const size_t size = std::min(out.size - done, kRequestBytesMax);
    KEYSTEAD_RETURN_IF_ERROR(GenerateWithFreshInput(generator, fresh, {out.data + done, size}));
    done += size;
  }
  wipe_out.Keep();
  return Status::kOk;
}

Status RandomNonce(MutableBytes out) {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  while (out.size > 0) {
    const size_t size = std::min(out.size, kRandomPoolBytes);
    KEYSTEAD_RETURN_IF_ERROR(RandomNonceFromPool(thread->random_pool, {out.data, size}));
    out.data += size;
    out.size -= size;
  }
  return Status::kOk;
}

// A DRBG whose parent was reseeded reseeds itself at its next use (SP 800-90C's chain), so the
// primary one is enough for every thread.
Status ReseedRandom() {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  const ClearErrorQueueOnReturn clear_errors;
  const MutableBytes fresh = {thread->random_input, sizeof(thread->random_input)};
  const WipeOnReturn wipe_fresh(fresh);
  KEYSTEAD_RETURN_IF_ERROR(ReadSystemRandom(fresh));
  EVP_RAND_CTX* primary = RAND_get0_primary(nullptr);
  constexpr int kPredictionResistance = 1;
  if (primary == nullptr ||
      EVP_RAND_reseed(primary, kPredictionResistance, nullptr, 0, fresh.data, fresh.size) != 1) {
    return RandomFailure();
  }
  process_generation.fetch_add(1, std::memory_order_release);
  return Status::kOk;
}

}  // namespace keystead
