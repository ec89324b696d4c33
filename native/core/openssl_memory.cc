#include "openssl_memory.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>

#include "large_block.h"
#include "process_guard.h"
#include "secure_arena.h"

namespace keystead {
namespace {

size_t UsableSize(const void* block) {
  return InSecureArena(block) ? SecureBlockSize(block) : LargeBlockSize(block);
}

void Free(void* block, const char*, int) {
  if (block == nullptr || IsForkedChild()) return;
  if (InSecureArena(block)) return SecureFree(block);
  FreeLargeBlock(block);
}

void* Allocate(size_t size, const char*, int) {
  if (size == 0 || IsForkedChild()) return nullptr;
  if (size <= kSecureArenaLargestBlock) return SecureAllocate(size, SecureUse::kOpenSsl);
  return AllocateLargeBlock(size);
}

// A block that is far too large for its new size moves, so that shrinking gives memory back.
bool StaysInPlace(size_t usable, size_t size) { return size <= usable && size >= usable / 2; }

// realloc(3): the old block stays as it is when there is no memory for the new one.
void* Reallocate(void* block, size_t size, const char* file, int line) {
  if (block == nullptr) return Allocate(size, file, line);
  if (size == 0) {
    Free(block, file, line);
    return nullptr;
  }
  if (IsForkedChild()) return nullptr;
  const size_t usable = UsableSize(block);
  if (StaysInPlace(usable, size)) return block;
  void* moved = Allocate(size, file, line);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, std::min(usable, size));
  Free(block, file, line);
  return moved;
}

}  // namespace

Status UseSecureArenaForOpenSsl() {
  static bool installed = false;
  if (installed) return Status::kOk;
  if (CRYPTO_set_mem_functions(Allocate, Reallocate, Free) != 1) return Status::kCryptoFailed;
  installed = true;
  return Status::kOk;
}

}  // namespace keystead
