// XAES-256-GCM (C2SP XAES-256-GCM): a 24-byte random nonce, so that 2^80 messages fit one key. Its
// output together with its nonce is the box of docs/format.md.
#ifndef KEYSTEAD_CORE_XAES_GCM_H_
#define KEYSTEAD_CORE_XAES_GCM_H_

#include "aes_gcm.h"

namespace keystead {

constexpr size_t kXaesNonceBytes = 24;
constexpr size_t kBoxOverheadBytes = kXaesNonceBytes + kAesGcmTagBytes;

// XaesGcmSeal writes ciphertext and tag (`plaintext.size` + 16 bytes) to `out`. Rules as
// AesGcmSeal.
Status XaesGcmSeal(const uint8_t* key, const uint8_t* nonce, Bytes aad, Bytes plaintext,
                   uint8_t* out);

// XaesGcmOpen decrypts ciphertext and tag to `out` (`sealed.size` - 16 bytes). Rules as AesGcmOpen.
Status XaesGcmOpen(const uint8_t* key, const uint8_t* nonce, Bytes aad, Bytes sealed, uint8_t* out);

// SealBox draws a nonce and writes nonce, ciphertext and tag (`plaintext.size` + 40 bytes) to
// `out`.
Status SealBox(const uint8_t* key, Bytes aad, Bytes plaintext, uint8_t* out);

// OpenBox decrypts a box to `out` (`box.size` - 40 bytes). kDecryptionFailed for a box that is too
// short, too.
Status OpenBox(const uint8_t* key, Bytes aad, Bytes box, uint8_t* out);

// Starts `context` (from NewAesGcmContext) on a message under `key` and `nonce`: for messages
// encrypted in slices.
Status XaesGcmStart(EVP_CIPHER_CTX* context, AesGcmDirection direction, const uint8_t* key,
                    const uint8_t* nonce, Bytes aad);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_XAES_GCM_H_
