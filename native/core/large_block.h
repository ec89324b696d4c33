// LargeBlock: memory for what OpenSSL asks above kSecureArenaLargestBlock (Argon2id's matrix). Each
// is a mapping of its own: not locked, since it would not fit the allowance, but not inherited, not
// dumped and wiped on free.
#ifndef KEYSTEAD_CORE_LARGE_BLOCK_H_
#define KEYSTEAD_CORE_LARGE_BLOCK_H_

#include <cstddef>

namespace keystead {

// Returns zeroed, page-aligned memory, or nullptr. Thread-safe.
void* AllocateLargeBlock(size_t size);

// Wipes and unmaps. `block` came from AllocateLargeBlock. Thread-safe.
void FreeLargeBlock(void* block);

// The size that was asked for.
size_t LargeBlockSize(const void* block);

// The bytes of all live large blocks.
size_t LargeBlockBytes();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_LARGE_BLOCK_H_
