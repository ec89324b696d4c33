// SecureArena: the one place of the process where secrets live. Address space is reserved once and
// grown in steps, each step backed by memfd_secret(2), else by mlocked anonymous memory, else (mode
// `prefer` only) by unlocked memory. Knows nothing of keys or of OpenSSL.
#ifndef KEYSTEAD_CORE_SECURE_ARENA_H_
#define KEYSTEAD_CORE_SECURE_ARENA_H_

#include <cstddef>
#include <cstdint>

#include "status.h"

namespace keystead {

// The arena cannot start OpenSSL with fewer lockable bytes than this.
constexpr size_t kSecureArenaMinBytes = 512 * 1024;
constexpr size_t kSecureArenaDefaultMaxBytes = 256 * 1024 * 1024;
constexpr size_t kSecureArenaMaxBytesLimit = size_t{64} * 1024 * 1024 * 1024;
// OpenSSL blocks above this size come from separate, unlocked, undumped mappings: Argon2id's
// matrix.
constexpr size_t kSecureArenaLargestBlock = 1024 * 1024;

enum class SecureMemoryMode : uint8_t {
  kPrefer,   // lock what can be locked, tell the truth about the rest
  kRequire,  // an error instead of an unlocked byte
};

// Which backing a step may use. kAuto tries memfd_secret first.
enum class SecureMemoryBacking : uint8_t { kAuto, kMlock };

struct SecureMemoryPolicy {
  SecureMemoryMode mode = SecureMemoryMode::kPrefer;
  SecureMemoryBacking backing = SecureMemoryBacking::kAuto;
  size_t max_bytes = kSecureArenaDefaultMaxBytes;
};

struct SecureMemoryStatus {
  SecureMemoryPolicy policy;
  bool started = false;
  size_t memfd_secret_bytes = 0;  // bytes of steps backed by memfd_secret
  size_t mlock_bytes = 0;         // bytes of steps backed by mlock
  size_t unlocked_bytes = 0;      // bytes of steps that nothing locks
  size_t in_use_bytes = 0;        // bytes handed out, rounded up to their size class
  size_t allowed_bytes = 0;       // what RLIMIT_MEMLOCK and the policy allow to be locked in all
  size_t large_bytes = 0;         // bytes in the separate unlocked mappings (large_block.h)
};

// Sets the policy of the process, before the arena starts. kInvalidArgument when `max_bytes` is out
// of range, or when the arena runs under another policy (the same one again is kOk). Without it the
// policy is KEYSTEAD_SECURE_MEMORY (`prefer`, `require`) or the default. The backing kAuto becomes
// kMlock when KEYSTEAD_SECURE_MEMORY_BACKING is `mlock`. Any other value of the two variables makes
// the start fail with kInvalidArgument.
Status ConfigureSecureMemory(const SecureMemoryPolicy& policy);

// Reserves the address space and backs the first step (kSecureArenaMinBytes). Idempotent and
// thread-safe. kSecureMemory under `require` when the first step cannot be locked; kForked in a
// forked child.
Status StartSecureArena();

// Who asks. Keys are refused before the last kSecureArenaOpenSslReserve bytes, so that OpenSSL can
// still work.
enum class SecureUse : uint8_t { kKey, kOpenSsl };
constexpr size_t kSecureArenaOpenSslReserve = 64 * 1024;

// Returns 16-byte-aligned zeroed memory of at least `size` bytes (0 to kSecureArenaLargestBlock),
// or nullptr when the limit is reached. A block of up to 128 bytes costs exactly its size rounded
// up to 16, no header; larger ones at most 1.6 times their size. Starts the arena when needed.
// Thread-safe.
void* SecureAllocate(size_t size, SecureUse use);

// Wipes and frees. `pointer` came from SecureAllocate, or is nullptr. Does nothing in a forked
// child. A pointer that is no live block (a double free) aborts in a debug or AddressSanitizer
// build and is ignored in a release build. Thread-safe.
void SecureFree(void* pointer);

// The usable size of a block that SecureAllocate returned.
size_t SecureBlockSize(const void* pointer);

// True when the address lies in the arena's reserved range.
bool InSecureArena(const void* pointer);

// True when an allocation for kOpenSsl failed in this thread since the last call: tells exhaustion
// from a refusal of OpenSSL. Whoever allocates for kKey sees the nullptr itself.
bool TakeOpenSslAllocationFailure();

SecureMemoryStatus GetSecureMemoryStatus();

// The bytes that nothing locks, once per process: at the first call after the first unlocked step;
// 0 otherwise. One load.
size_t TakeUnlockedNotice();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_SECURE_ARENA_H_
