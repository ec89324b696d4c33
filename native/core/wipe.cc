#include "wipe.h"

namespace keystead {

namespace {

// Larger than any frame of OpenSSL's hash and cipher code: SHA-512 with AVX2 takes 1,312 bytes
// aligned down to 2,048.
constexpr size_t kStackWipeBytes = 4096;

}  // namespace

__attribute__((noinline)) void WipeStackBelow() {
  uint8_t below[kStackWipeBytes];
  Wipe(below, sizeof(below));
}

}  // namespace keystead
