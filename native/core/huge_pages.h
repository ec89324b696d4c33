// AdviseHugePages: lets the kernel back large fresh memory with huge pages. Touching memory for the
// first time in pages of 4 KiB takes longer than encrypting it (docs/decisions/0016).
#ifndef KEYSTEAD_CORE_HUGE_PAGES_H_
#define KEYSTEAD_CORE_HUGE_PAGES_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace keystead {

// Less than a huge page: neighbours share one.
constexpr size_t kWorthHugePagesBytes = 512 * 1024;

// For memory that nobody has touched yet; smaller memory is left as it is.
inline void AdviseHugePages(void* memory, size_t size) {
  constexpr uintptr_t kPageBytes = 4096;
  if (size < kWorthHugePagesBytes) return;
  const uintptr_t start =
      (reinterpret_cast<uintptr_t>(memory) + kPageBytes - 1) & ~(kPageBytes - 1);
  const uintptr_t end = (reinterpret_cast<uintptr_t>(memory) + size) & ~(kPageBytes - 1);
  // Advice: without it things are slower and otherwise the same.
  (void)madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_HUGE_PAGES_H_
