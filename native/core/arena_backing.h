// ArenaBacking: the system calls behind the arena's address space. Each step is memfd_secret(2)
// memory, locked anonymous memory or unlocked anonymous memory; none is inherited over fork(2) or
// written to a core dump.
#ifndef KEYSTEAD_CORE_ARENA_BACKING_H_
#define KEYSTEAD_CORE_ARENA_BACKING_H_

#include <cstddef>
#include <cstdint>

namespace keystead {

// Reserves `bytes` of address space with one inaccessible page before and after. Costs no memory
// and no allowance. Returns the first usable byte, or nullptr.
uint8_t* ReserveArenaSpace(size_t bytes);

// Gives the reservation and everything mapped in it back to the kernel.
void ReleaseArenaSpace(uint8_t* base, size_t bytes);

// Each makes [step, step + bytes) of the reservation readable, writable and zero, or leaves it
// inaccessible and returns false. `bytes` is a multiple of the system's page size.
bool BackWithMemfdSecret(uint8_t* step, size_t bytes);
bool BackWithLockedMemory(uint8_t* step, size_t bytes);
bool BackWithUnlockedMemory(uint8_t* step, size_t bytes);

// How many bytes RLIMIT_MEMLOCK lets this process lock in all; SIZE_MAX when nothing limits it.
size_t LockableBytes();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ARENA_BACKING_H_
