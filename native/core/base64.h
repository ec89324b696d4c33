// Base64 (RFC 4648 §4) of secrets: no table, since its index would be secret.
#ifndef KEYSTEAD_CORE_BASE64_H_
#define KEYSTEAD_CORE_BASE64_H_

#include "bytes.h"

namespace keystead {

// The digit of a value of 6 bits, in constant time: each step moves on to the next of the runs A-Z,
// a-z, 0-9, + and /, when the value lies behind the one before.
inline uint8_t Base64Digit(int value) {
  int digit = value + 'A';
  digit += ((25 - value) >> 8) & ('a' - 'Z' - 1);
  digit -= ((51 - value) >> 8) & ('z' + 1 - '0');
  digit -= ((61 - value) >> 8) & ('9' + 1 - '+');
  digit += ((62 - value) >> 8) & ('/' - '+' - 1);
  return static_cast<uint8_t>(digit);
}

// Writes the digits of `in`, whose size is a multiple of 3, so that there is no padding, to `out`:
// 4 for each 3 bytes. Constant time.
inline void EncodeBase64(Bytes in, uint8_t* out) {
  for (size_t i = 0; i + 3 <= in.size; i += 3) {
    const int group = in.data[i] << 16 | in.data[i + 1] << 8 | in.data[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) *out++ = Base64Digit((group >> shift) & 63);
  }
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_BASE64_H_
