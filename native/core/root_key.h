// RootKey: the keys derived from a store's root key (docs/format.md). The root key itself is used
// for nothing else and does not outlive Derive.
#ifndef KEYSTEAD_CORE_ROOT_KEY_H_
#define KEYSTEAD_CORE_ROOT_KEY_H_

#include "aes_gcm.h"
#include "secure_buffer.h"
#include "status.h"

namespace keystead {

constexpr size_t kRootKeyBytes = kAes256KeyBytes;
constexpr size_t kStoreIdBytes = 16;

class RootKey {
 public:
  // Derives the keys of the store `store_id` (16 bytes) from `root_key` (32 bytes).
  static Status Derive(const uint8_t* root_key, const uint8_t* store_id, RootKey* derived);

  // Wraps key material for the store.
  const uint8_t* wrap_key() const { return keys_.data(); }
  // Seals the store's records.
  const uint8_t* store_key() const { return keys_.data() + kAes256KeyBytes; }
  // Wraps the secrets of access keys.
  const uint8_t* access_key_key() const { return keys_.data() + 2 * kAes256KeyBytes; }
  // Wraps the store's audit key.
  const uint8_t* audit_key_key() const { return keys_.data() + 3 * kAes256KeyBytes; }

 private:
  SecureBuffer keys_;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ROOT_KEY_H_
