// AES-256-GCM (NIST SP 800-38D) with 96-bit IVs and 128-bit tags, one message a call.
#ifndef KEYSTEAD_CORE_AES_GCM_H_
#define KEYSTEAD_CORE_AES_GCM_H_

#include <openssl/evp.h>

#include "bytes.h"
#include "status.h"

namespace keystead {

constexpr size_t kAes256KeyBytes = 32;
constexpr size_t kAesBlockBytes = 16;
constexpr size_t kAesGcmIvBytes = 12;
constexpr size_t kAesGcmTagBytes = 16;
// SP 800-38D §5.2.1.1: at most 2^39 - 256 bits of plaintext.
constexpr uint64_t kAesGcmMaxPlaintextBytes = (uint64_t{1} << 36) - 32;

// Additional authenticated data in two pieces, authenticated as their concatenation.
struct AesGcmAad {
  Bytes first;
  Bytes second;
};

// AesGcmSeal encrypts `plaintext` under `key` (32 bytes) and `iv` (12 bytes) and writes ciphertext
// and tag, `plaintext.size` + 16 bytes, to `out`, which is the plaintext's own memory or does not
// overlap it. On failure `out` is wiped. The caller never uses an IV twice with one key.
// Thread-safe.
Status AesGcmSeal(const uint8_t* key, const uint8_t* iv, AesGcmAad aad, Bytes plaintext,
                  uint8_t* out);

// AesGcmOpen decrypts `sealed` (ciphertext and tag) to `out`, `sealed.size` - 16 bytes, which is
// the ciphertext's own memory or does not overlap it. kDecryptionFailed when the tag does not
// verify; `out` is then wiped.
Status AesGcmOpen(const uint8_t* key, const uint8_t* iv, AesGcmAad aad, Bytes sealed, uint8_t* out);

// The direction of a keyed context.
enum class AesGcmDirection : int { kDecrypt = 0, kEncrypt = 1 };

// The steps of a message, for callers that keep a context across slices (AesGcmSeal and AesGcmOpen
// are made of them).
Status AesGcmStart(EVP_CIPHER_CTX* context, AesGcmDirection direction, const uint8_t* key,
                   const uint8_t* iv, AesGcmAad aad);
Status AesGcmUpdate(EVP_CIPHER_CTX* context, Bytes in, uint8_t* out);
Status AesGcmFinishSeal(EVP_CIPHER_CTX* context, uint8_t* tag);
Status AesGcmFinishOpen(EVP_CIPHER_CTX* context, const uint8_t* tag);

// A context of the caller's own, from the arena; nullptr when the arena is exhausted. Freed with
// EVP_CIPHER_CTX_free, which wipes it.
EVP_CIPHER_CTX* NewAesGcmContext();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_AES_GCM_H_
