// SizeClasses: which block sizes a page of the arena is cut into. Every multiple of 16 up to 128 (a
// key costs exactly its bytes), then whole fractions of a page; anything larger is a run of pages.
#ifndef KEYSTEAD_CORE_SIZE_CLASSES_H_
#define KEYSTEAD_CORE_SIZE_CLASSES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace keystead {

constexpr size_t kArenaPageBytes = 4096;
constexpr size_t kBlockAlignBytes = 16;

// Few classes, since each may hold a page that is nearly empty and the whole arena may be 512 KiB.
constexpr std::array<uint16_t, 23> kSizeClassBytes = {16,  32,  48,  64,  80,   96,   112, 128,
                                                      160, 192, 224, 256, 288,  336,  400, 448,
                                                      512, 576, 672, 816, 1024, 1360, 2048};
constexpr size_t kSizeClassCount = kSizeClassBytes.size();
constexpr size_t kLargestSizeClassBytes = kSizeClassBytes[kSizeClassCount - 1];
constexpr size_t kSlotsPerPageMax = kArenaPageBytes / kSizeClassBytes[0];

constexpr size_t SlotsPerPage(size_t size_class) {
  return kArenaPageBytes / kSizeClassBytes[size_class];
}

namespace internal {

constexpr std::array<uint8_t, kLargestSizeClassBytes / kBlockAlignBytes + 1> MakeSizeClassIndex() {
  std::array<uint8_t, kLargestSizeClassBytes / kBlockAlignBytes + 1> index{};
  uint8_t size_class = 0;
  for (size_t units = 0; units < index.size(); ++units) {
    if (units * kBlockAlignBytes > kSizeClassBytes[size_class]) ++size_class;
    index[units] = size_class;
  }
  return index;
}
inline constexpr auto kSizeClassIndex = MakeSizeClassIndex();

}  // namespace internal

// The smallest class that holds `size` bytes; size is at most kLargestSizeClassBytes.
constexpr size_t SizeClassOf(size_t size) {
  return internal::kSizeClassIndex[(size + kBlockAlignBytes - 1) / kBlockAlignBytes];
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_SIZE_CLASSES_H_
