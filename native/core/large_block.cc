#include "large_block.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "wipe.h"

namespace keystead {
namespace {

// | header page: size | the block, whole pages | inaccessible page |
std::atomic<size_t> live_bytes{0};

size_t PageBytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }
size_t WholePages(size_t size) { return (size + PageBytes() - 1) & ~(PageBytes() - 1); }
size_t MappingBytes(size_t size) { return WholePages(size) + 2 * PageBytes(); }

uint8_t* Mapping(void* block) { return static_cast<uint8_t*>(block) - PageBytes(); }

bool Protect(uint8_t* mapping, size_t size) {
  const size_t bytes = MappingBytes(size);
  return madvise(mapping, bytes, MADV_DONTDUMP) == 0 &&
         madvise(mapping, bytes, MADV_DONTFORK) == 0 &&
         mprotect(mapping + bytes - PageBytes(), PageBytes(), PROT_NONE) == 0;
}

}  // namespace

void* AllocateLargeBlock(size_t size) {
  if (size > SIZE_MAX - 3 * PageBytes()) return nullptr;
  const size_t bytes = MappingBytes(size);
  void* mapping = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  if (!Protect(static_cast<uint8_t*>(mapping), size)) {
    munmap(mapping, bytes);
    return nullptr;
  }
  *static_cast<size_t*>(mapping) = size;
  live_bytes.fetch_add(size, std::memory_order_relaxed);
  return static_cast<uint8_t*>(mapping) + PageBytes();
}

void FreeLargeBlock(void* block) {
  const size_t size = LargeBlockSize(block);
  Wipe(block, size);
  live_bytes.fetch_sub(size, std::memory_order_relaxed);
  munmap(Mapping(block), MappingBytes(size));
}

size_t LargeBlockSize(const void* block) {
  return *reinterpret_cast<const size_t*>(Mapping(const_cast<void*>(block)));
}

size_t LargeBlockBytes() { return live_bytes.load(std::memory_order_relaxed); }

}  // namespace keystead
