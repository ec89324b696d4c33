// Randomness. Two small pools per thread, since a request to OpenSSL's generators costs more than
// what it is for: nonces and salts come from one of the public generator as they are. Of key bytes
// the other, of the private generator, gives only half: to them are added bytes that getrandom(2)
// gives for this key alone, so that no pool holds a key before it is made.
#ifndef KEYSTEAD_CORE_RANDOM_POOL_H_
#define KEYSTEAD_CORE_RANDOM_POOL_H_

#include <cstddef>
#include <cstdint>

#include "bytes.h"
#include "status.h"

namespace keystead {

constexpr size_t kRandomPoolBytes =
    2016;  // 84 nonces of 24 bytes; with its counters a block of 2 KiB
constexpr int64_t kRandomPoolMaxAgeMs = 1000;

// Lives in the arena; zeroed memory is an empty pool. At most kRandomPoolMaxAgeMs old.
struct RandomPool {
  size_t used;  // bytes [0, used) are handed out and wiped
  size_t filled;
  int64_t filled_at_ms;  // CLOCK_MONOTONIC_COARSE
  uint64_t
      generation;  // ReseedRandom raises the process's generation; an older pool is thrown away
  uint8_t bytes[kRandomPoolBytes];
};

// Fills `out` with key bytes: fresh ones of getrandom(2), added to ones of the private DRBG, which
// was asked for them with getrandom(2) bytes as additional input (SP 800-90Ar1 §9.3.1). On failure
// `out` is wiped.
Status RandomKeyBytes(MutableBytes out);

// Fills `out` (nonces, salts, identifiers; public values only) from the calling thread's pool.
Status RandomNonce(MutableBytes out);

// Reseeds OpenSSL's DRBGs from the operating system and throws every pool away: for snapshot and
// clone hooks.
Status ReseedRandom();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_RANDOM_POOL_H_
