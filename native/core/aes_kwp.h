// AES key wrap with padding, KWP (RFC 5649, NIST SP 800-38F §6.3), under 256-bit keys.
#ifndef KEYSTEAD_CORE_AES_KWP_H_
#define KEYSTEAD_CORE_AES_KWP_H_

#include "bytes.h"
#include "status.h"

namespace keystead {

// RFC 5649 allows 2^32 - 1 bytes; no key is larger than this.
constexpr size_t kAesKwpMaxPlaintextBytes = 64 * 1024;

// The size of the wrapped form: rounded up to 8 bytes, and 8 more.
constexpr size_t AesKwpWrappedSize(size_t plaintext_size) {
  return (plaintext_size + 7) / 8 * 8 + 8;
}

// AesKwpWrap wraps 1 to kAesKwpMaxPlaintextBytes bytes under `key` (32 bytes) into `out`,
// AesKwpWrappedSize bytes.
Status AesKwpWrap(const uint8_t* key, Bytes plaintext, uint8_t* out);

// AesKwpUnwrap writes the key data to `out`, which has room for `wrapped.size` - 8 bytes, and its
// size to `out_size`. kDecryptionFailed, with `out` wiped, for anything that AesKwpWrap did not
// make under this key.
Status AesKwpUnwrap(const uint8_t* key, Bytes wrapped, uint8_t* out, size_t* out_size);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_AES_KWP_H_
