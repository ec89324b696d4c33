// ArenaSteps: the arena's address space and how much of it is backed, by what. Grows at its end,
// one step at a time, within the policy and RLIMIT_MEMLOCK. Not thread-safe: the arena's lock
// covers it.
#ifndef KEYSTEAD_CORE_ARENA_STEPS_H_
#define KEYSTEAD_CORE_ARENA_STEPS_H_

#include <cstddef>
#include <cstdint>

#include "secure_arena.h"

namespace keystead {

class ArenaSteps {
 public:
  // Reserves the address space of the policy and backs nothing. False when there is no space.
  bool Reserve(const SecureMemoryPolicy& policy);
  void Release();

  // Backs the next step and returns its bytes, or 0 when the limit is reached.
  size_t Grow();

  uint8_t* base() const { return base_; }
  size_t reserved_bytes() const { return reserved_bytes_; }
  size_t backed_bytes() const { return memfd_secret_bytes_ + mlock_bytes_ + unlocked_bytes_; }
  size_t memfd_secret_bytes() const { return memfd_secret_bytes_; }
  size_t mlock_bytes() const { return mlock_bytes_; }
  size_t unlocked_bytes() const { return unlocked_bytes_; }

 private:
  bool Lock(uint8_t* step, size_t bytes);

  SecureMemoryPolicy policy_;
  uint8_t* base_ = nullptr;
  size_t reserved_bytes_ = 0;
  size_t memfd_secret_bytes_ = 0;
  size_t mlock_bytes_ = 0;
  size_t unlocked_bytes_ = 0;
};

// What the policy and RLIMIT_MEMLOCK together allow to be locked.
size_t AllowedBytes(const SecureMemoryPolicy& policy);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ARENA_STEPS_H_
