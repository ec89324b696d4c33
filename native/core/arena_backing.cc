#include "arena_backing.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447  // the same number on x86-64 and aarch64
#endif
#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

namespace keystead {
namespace {

size_t SystemPageBytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

void* MapReserved(void* at, size_t bytes, int extra_flags) {
  return mmap(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | extra_flags, -1,
              0);
}

bool GiveBack(uint8_t* step, size_t bytes) {
  MapReserved(step, bytes, MAP_FIXED);
  return false;
}

// A descriptor that stayed open would let another process map the arena with pidfd_getfd(2).
bool MapAndClose(uint8_t* step, size_t bytes, int secret_fd) {
  const bool mapped =
      ftruncate(secret_fd, static_cast<off_t>(bytes)) == 0 &&
      mmap(step, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, secret_fd, 0) != MAP_FAILED;
  close(secret_fd);
  return mapped;
}

// MADV_DONTDUMP is implied by memfd_secret, but costs nothing to say.
bool KeepFromChildrenAndDumps(uint8_t* step, size_t bytes) {
  return madvise(step, bytes, MADV_DONTFORK) == 0 && madvise(step, bytes, MADV_DONTDUMP) == 0;
}

// Asks the kernel, not capget(2): in a user namespace CAP_IPC_LOCK may be effective there and count
// for nothing here. With MLOCK_ONFAULT no page is touched, so the question costs no memory.
bool MayExceedLockLimit(size_t limit) {
  const size_t bytes = limit + SystemPageBytes();
  void* probe = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) return false;
  const bool locked = syscall(SYS_mlock2, probe, bytes, MLOCK_ONFAULT) == 0;
  munmap(probe, bytes);
  return locked;
}

}  // namespace

uint8_t* ReserveArenaSpace(size_t bytes) {
  const size_t guard_bytes = SystemPageBytes();
  void* space = MapReserved(nullptr, bytes + 2 * guard_bytes, 0);
  return space == MAP_FAILED ? nullptr : static_cast<uint8_t*>(space) + guard_bytes;
}

void ReleaseArenaSpace(uint8_t* base, size_t bytes) {
  const size_t guard_bytes = SystemPageBytes();
  munmap(base - guard_bytes, bytes + 2 * guard_bytes);
}

bool BackWithMemfdSecret(uint8_t* step, size_t bytes) {
  const auto secret_fd = static_cast<int>(syscall(SYS_memfd_secret, O_CLOEXEC));
  if (secret_fd < 0) return false;
  if (!MapAndClose(step, bytes, secret_fd)) return GiveBack(step, bytes);
  return KeepFromChildrenAndDumps(step, bytes) || GiveBack(step, bytes);
}

bool BackWithUnlockedMemory(uint8_t* step, size_t bytes) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  if (mmap(step, bytes, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED) {
    return GiveBack(step, bytes);
  }
  return KeepFromChildrenAndDumps(step, bytes) || GiveBack(step, bytes);
}

bool BackWithLockedMemory(uint8_t* step, size_t bytes) {
  if (!BackWithUnlockedMemory(step, bytes)) return false;
  // Not mlock(3): under a sanitizer that is a stub which locks nothing and says it did.
  return syscall(SYS_mlock, step, bytes) == 0 || GiveBack(step, bytes);
}

size_t LockableBytes() {
  rlimit limit{};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > SIZE_MAX / 2) return SIZE_MAX;
  const auto bytes = static_cast<size_t>(limit.rlim_cur);
  return MayExceedLockLimit(bytes) ? SIZE_MAX : bytes;
}

}  // namespace keystead
