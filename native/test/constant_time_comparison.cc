// The result of a verification is public: the caller learns whether it failed. Linked with
// --wrap=CRYPTO_memcmp, this is the only place where the check makes something public that was
// computed from a secret, and it covers exactly:
// - the commitment of a ciphertext blob (native/core/kms_key.cc, through ConstantTimeEqual);
// - the tag of AES-GCM, in OpenSSL (CRYPTO_gcm128_finish) and in native/core/direct_aes.cc;
// - the check value of AES-KWP, in OpenSSL (CRYPTO_128_unwrap_pad);
// - ConstantTimeEqual itself.
// The comparison proper runs over the secrets before; what becomes public is one bit.
#include <cstddef>

#include "constant_time.h"

extern "C" {

int __real_CRYPTO_memcmp(const void* a, const void* b, size_t size);

int __wrap_CRYPTO_memcmp(const void* a, const void* b, size_t size) {
  const int differs = __real_CRYPTO_memcmp(a, b, size) != 0;
  keystead::constant_time::MarkPublic(&differs, sizeof(differs));
  return differs;
}

}  // extern "C"
