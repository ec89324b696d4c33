// Tells AddressSanitizer which bytes of the arena belong to nobody. Compiles to nothing without it.
#ifndef KEYSTEAD_CORE_MEMORY_POISON_H_
#define KEYSTEAD_CORE_MEMORY_POISON_H_

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define KEYSTEAD_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEYSTEAD_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef KEYSTEAD_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace keystead {

inline void PoisonMemory([[maybe_unused]] void* data, [[maybe_unused]] size_t size) {
#ifdef KEYSTEAD_ADDRESS_SANITIZER
  __asan_poison_memory_region(data, size);
#endif
}

inline void UnpoisonMemory([[maybe_unused]] void* data, [[maybe_unused]] size_t size) {
#ifdef KEYSTEAD_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(data, size);
#endif
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MEMORY_POISON_H_
