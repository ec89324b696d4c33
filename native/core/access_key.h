// The secrets of access keys: made, and wrapped for the store, bound to the access key's id
// (docs/format.md). What a secret is for is signing_key.h's.
#ifndef KEYSTEAD_CORE_ACCESS_KEY_H_
#define KEYSTEAD_CORE_ACCESS_KEY_H_

#include "root_key.h"
#include "secure_buffer.h"
#include "status.h"
#include "xaes_gcm.h"

namespace keystead {

constexpr size_t kSecretAccessKeyBytes = 40;  // Base64 of 30 random bytes
constexpr size_t kMaxSecretAccessKeyBytes = 128;
constexpr size_t kMaxAccessKeyIdBytes = 128;

constexpr bool IsWrappedSecretSize(size_t size) {
  return size > kBoxOverheadBytes && size <= kBoxOverheadBytes + kMaxSecretAccessKeyBytes;
}

// Makes a secret (40 bytes of Base64) for the access key `id` (1 to 128 bytes), and its wrapped
// form (80 bytes). The caller wipes `secret`, which on failure is zero.
Status CreateSecretAccessKey(const RootKey& root, Bytes id, uint8_t* secret, uint8_t* wrapped);

// Wraps a secret of 1 to 128 bytes into `wrapped`: `secret.size` + kBoxOverheadBytes.
Status WrapSecretAccessKey(const RootKey& root, Bytes id, Bytes secret, uint8_t* wrapped);

// Opens a wrapped secret into memory of its own. kDecryptionFailed when it was wrapped for another
// access key or under another root key.
Status UnwrapSecretAccessKey(const RootKey& root, Bytes id, Bytes wrapped, SecureBuffer* secret);

// Wraps again under another root key, into `rewrapped` (`wrapped.size`).
Status RewrapSecretAccessKey(const RootKey& from, const RootKey& to, Bytes id, Bytes wrapped,
                             uint8_t* rewrapped);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ACCESS_KEY_H_
