// VaesGcm: AES-256-GCM by OpenSSL's AVX-512 code, called without EVP (docs/decisions). Sixteen
// blocks at a time, and a table of powers of H that costs a fifth of the message's time where AVX's
// costs half.
#ifndef KEYSTEAD_CORE_VAES_GCM_H_
#define KEYSTEAD_CORE_VAES_GCM_H_

#include <openssl/aes.h>

#include "aes_gcm.h"

namespace keystead {

// The head of OpenSSL's GCM128_CONTEXT (include/crypto/modes.h), whose order its assembler code
// relies on. What follows there, that code does not know.
struct VaesGcmState {
  uint8_t counter[kAesBlockBytes];
  uint8_t key_stream[kAesBlockBytes];  // of a block that is not yet full
  uint8_t tag_mask[kAesBlockBytes];    // the first counter block, encrypted
  uint64_t aad_bytes;
  uint64_t text_bytes;
  uint8_t hash[kAesBlockBytes];  // reflected; after the end, the tag
  uint8_t hash_key[kAesBlockBytes];
  uint8_t hash_key_powers[16 * kAesBlockBytes];
};

// Whether OpenSSL itself uses that code on this CPU.
bool HasVaesGcm();

// Computes the powers of H for `key`, which is expanded, once for any number of messages. The
// caller wipes `state`.
void VaesGcmKey(const AES_KEY* key, VaesGcmState* state);

// Encrypts `in` to `out`, which is the same memory or does not overlap it; the tag is then in
// `state->hash`. `state` was keyed.
void VaesGcmEncrypt(const AES_KEY* key, VaesGcmState* state, const uint8_t* iv, AesGcmAad aad,
                    Bytes in, uint8_t* out);
// The same the other way; the caller compares the tag.
void VaesGcmDecrypt(const AES_KEY* key, VaesGcmState* state, const uint8_t* iv, AesGcmAad aad,
                    Bytes in, uint8_t* out);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_VAES_GCM_H_
