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

// Nonces and salts.
Status FillFromPublicGenerator(ThreadContext*, MutableBytes out) {
  return RAND_bytes(out.data, static_cast<int>(out.size)) == 1 ? Status::kOk : RandomFailure();
}

// The generator's share of key bytes, with additional input (SP 800-90Ar1 §9.3.1).
Status FillFromPrivateGenerator(ThreadContext* thread, MutableBytes out) {
  EVP_RAND_CTX* generator = RAND_get0_private(nullptr);
  if (generator == nullptr) return RandomFailure();
  const MutableBytes fresh = {thread->random_input, sizeof(thread->random_input)};
  const WipeOnReturn wipe_fresh(fresh);
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

using Fill = Status (*)(ThreadContext*, MutableBytes);

Status Refill(ThreadContext* thread, Fill fill, int64_t now_ms, uint64_t generation,
              RandomPool* pool) {
  const ClearErrorQueueOnReturn clear_errors;
  pool->used = pool->filled = 0;
  WipeOnReturn wipe({pool->bytes, sizeof(pool->bytes)});
  KEYSTEAD_RETURN_IF_ERROR(fill(thread, {pool->bytes, sizeof(pool->bytes)}));
  wipe.Keep();
  pool->filled = sizeof(pool->bytes);
  pool->filled_at_ms = now_ms;
  pool->generation = generation;
  return Status::kOk;
}

// Bytes of a pool, at most kRandomPoolBytes, wiped when it goes out of scope.
class Draw {
 public:
  Draw(ThreadContext* thread, RandomPool* pool, Fill fill, size_t size) {
    const int64_t now_ms = NowMs();
    const uint64_t generation = process_generation.load(std::memory_order_acquire);
    if (!IsUsable(*pool, size, now_ms, generation)) {
      status_ = Refill(thread, fill, now_ms, generation, pool);
      if (status_ != Status::kOk) return;
    }
    bytes_ = {pool->bytes + pool->used, size};
    pool->used += size;
  }
  ~Draw() { Wipe(bytes_.data, bytes_.size); }
  Draw(const Draw&) = delete;
  Draw& operator=(const Draw&) = delete;

  Status status() const { return status_; }
  Bytes bytes() const { return bytes_; }

 private:
  Status status_ = Status::kOk;
  MutableBytes bytes_;
};

Status DrawNonce(ThreadContext* thread, MutableBytes out) {
  const Draw draw(thread, thread->nonce_pool, FillFromPublicGenerator, out.size);
  KEYSTEAD_RETURN_IF_ERROR(draw.status());
  std::memcpy(out.data, draw.bytes().data, out.size);
  return Status::kOk;
}

// The operating system's bytes and the generator's, added: as good as the better of the two, and
// other bytes where memory was cloned and the pool with it.
Status DrawKeyBytes(ThreadContext* thread, MutableBytes out) {
  KEYSTEAD_RETURN_IF_ERROR(ReadSystemRandom(out));
  const Draw draw(thread, thread->key_pool, FillFromPrivateGenerator, out.size);
  KEYSTEAD_RETURN_IF_ERROR(draw.status());
  for (size_t i = 0; i < out.size; ++i) out.data[i] ^= draw.bytes().data[i];
  return Status::kOk;
}

// Calls `draw` for pieces that fit a pool.
template <typename DrawPiece>
Status InPieces(MutableBytes out, DrawPiece draw) {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  while (out.size > 0) {
    const size_t size = std::min(out.size, kRandomPoolBytes);
    KEYSTEAD_RETURN_IF_ERROR(draw(thread, {out.data, size}));
    out.data += size;
    out.size -= size;
  }
  return Status::kOk;
}

}  // namespace

Status RandomKeyBytes(MutableBytes out) {
  WipeOnReturn wipe(out);
  KEYSTEAD_RETURN_IF_ERROR(InPieces(out, DrawKeyBytes));
  wipe.Keep();
  return Status::kOk;
}

Status RandomNonce(MutableBytes out) { return InPieces(out, DrawNonce); }

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
