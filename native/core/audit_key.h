// AuditKey: authenticates the lines of an audit trail (docs/format.md). It is made once for a store
// and wrapped under the root key, so that a change of the root key leaves the trail readable.
#ifndef KEYSTEAD_CORE_AUDIT_KEY_H_
#define KEYSTEAD_CORE_AUDIT_KEY_H_

#include "hmac.h"
#include "root_key.h"
#include "secure_buffer.h"
#include "status.h"
#include "xaes_gcm.h"

namespace keystead {

constexpr size_t kAuditKeyBytes = 32;
constexpr size_t kWrappedAuditKeyBytes = kAuditKeyBytes + kBoxOverheadBytes;
constexpr size_t kAuditMacBytes = Sha256::kDigestBytes;

class AuditKey {
 public:
  // Makes a fresh key, wrapped (72 bytes).
  static Status Create(const RootKey& root, uint8_t* wrapped);

  // Opens a wrapped key. kDecryptionFailed when it was wrapped under another root key.
  static Status Open(const RootKey& root, Bytes wrapped, AuditKey* key);

  // Wraps a wrapped key under another root key, into `rewrapped` (72 bytes).
  static Status Rewrap(const RootKey& from, const RootKey& to, Bytes wrapped, uint8_t* rewrapped);

  // HMAC-SHA-256 of `bytes` into `mac` (32 bytes). Thread-safe.
  Status Mac(Bytes bytes, uint8_t* mac) const;

 private:
  // INVARIANT: written only while the key is made.
  SecureBuffer hmac_;  // HmacKey<Sha256>
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_AUDIT_KEY_H_
