// Big-endian integers, as every format of ours writes them.
#ifndef KEYSTEAD_CORE_BIG_ENDIAN_H_
#define KEYSTEAD_CORE_BIG_ENDIAN_H_

#include <cstdint>

namespace keystead {

inline void StoreU32Be(uint32_t value, uint8_t* out) {
  out[0] = static_cast<uint8_t>(value >> 24);
  out[1] = static_cast<uint8_t>(value >> 16);
  out[2] = static_cast<uint8_t>(value >> 8);
  out[3] = static_cast<uint8_t>(value);
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_BIG_ENDIAN_H_
