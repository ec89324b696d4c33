// DirectAes: AES-256 and short AES-256-GCM messages by OpenSSL's own AES-NI and GHASH code, called
// without EVP, whose bookkeeping costs more than the encryption of a short message
// (docs/decisions). On x86-64 where OpenSSL sees AES and carry-less multiply; elsewhere, and for
// long messages, which EVP's stitched code does faster, there is EVP (aes_gcm.h).
#ifndef KEYSTEAD_CORE_DIRECT_AES_H_
#define KEYSTEAD_CORE_DIRECT_AES_H_

#include "aes_gcm.h"
#include "thread_context.h"

namespace keystead {

// The thread's working memory: expanded key and GCM state, wiped between calls. Lives in the arena.
struct DirectAes;

// Null where OpenSSL has no such code for this CPU, or when the arena is exhausted.
DirectAes* NewDirectAes();
void FreeDirectAes(DirectAes* direct);

// False where NewDirectAes cannot give anything.
bool HasDirectAes();

// Expands `key` (32 bytes), which stays until WipeDirectKey.
void SetDirectKey(DirectAes* direct, const uint8_t* key);
void WipeDirectKey(DirectAes* direct);
// Encrypts whole blocks, each on its own, in place under the key that was set.
void DirectEncryptBlocks(DirectAes* direct, MutableBytes blocks);

// Whether a message of `size` bytes is faster this way. False where `direct` is null.
bool DirectGcmTakes(const DirectAes* direct, size_t size);

// As AesGcmSeal and AesGcmOpen, for messages that DirectGcmTakes. They wipe `direct`; a
// failed open leaves the plaintext in `out` for its caller to wipe.
void DirectGcmSeal(DirectAes* direct, const uint8_t* key, const uint8_t* iv, AesGcmAad aad,
                   Bytes plaintext, uint8_t* out);
Status DirectGcmOpen(DirectAes* direct, const uint8_t* key, const uint8_t* iv, AesGcmAad aad,
                     Bytes sealed, uint8_t* out);

// The same for several messages under one key: keyed once, and wiped by DirectGcmWipe.
void DirectGcmKey(DirectAes* direct, const uint8_t* key);
void DirectGcmSealKeyed(DirectAes* direct, const uint8_t* iv, AesGcmAad aad, Bytes plaintext,
                        uint8_t* out);
Status DirectGcmOpenKeyed(DirectAes* direct, const uint8_t* iv, AesGcmAad aad, Bytes sealed,
                          uint8_t* out);
void DirectGcmWipe(DirectAes* direct);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_DIRECT_AES_H_
