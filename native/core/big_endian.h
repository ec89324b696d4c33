// Big-endian integers, as every format of ours writes them. For little-endian machines, which are
// the only ones built for.
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error Keystead has no big-endian build
#endif
#ifndef KEYSTEAD_CORE_BIG_ENDIAN_H_
#define KEYSTEAD_CORE_BIG_ENDIAN_H_

#include <cstdint>
#include <cstring>

namespace keystead {

inline void StoreU16Be(uint16_t value, uint8_t* out) {
  const uint16_t bytes = __builtin_bswap16(value);
  std::memcpy(out, &bytes, sizeof(bytes));
}

inline uint16_t LoadU16Be(const uint8_t* in) {
  uint16_t bytes;
  std::memcpy(&bytes, in, sizeof(bytes));
  return __builtin_bswap16(bytes);
}

inline uint32_t LoadU32Be(const uint8_t* in) {
  uint32_t bytes;
  std::memcpy(&bytes, in, sizeof(bytes));
  return __builtin_bswap32(bytes);
}

inline void StoreU32Be(uint32_t value, uint8_t* out) {
  const uint32_t bytes = __builtin_bswap32(value);
  std::memcpy(out, &bytes, sizeof(bytes));
}

inline void StoreU64Be(uint64_t value, uint8_t* out) {
  const uint64_t bytes = __builtin_bswap64(value);
  std::memcpy(out, &bytes, sizeof(bytes));
}

inline uint64_t LoadU64Be(const uint8_t* in) {
  uint64_t bytes;
  std::memcpy(&bytes, in, sizeof(bytes));
  return __builtin_bswap64(bytes);
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_BIG_ENDIAN_H_
