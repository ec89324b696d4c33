// SigningKey: the AWS Signature Version 4 signing key of one access key, date, Region and service
// (AWS General Reference, "Create a signed AWS API request"), which can tell whether a string was
// signed with it.
#ifndef KEYSTEAD_CORE_SIGNING_KEY_H_
#define KEYSTEAD_CORE_SIGNING_KEY_H_

#include "hmac.h"
#include "secure_buffer.h"
#include "status.h"

namespace keystead {

constexpr size_t kSignatureBytes = Sha256::kDigestBytes;

// What a signing key is good for; public.
struct SigningScope {
  Bytes date;  // YYYYMMDD
  Bytes region;
  Bytes service;
};

class SigningKey {
 public:
  // Derives the key of the scope from a secret access key of at most kMaxSecretAccessKeyBytes, else
  // kInvalidArgument.
  static Status Derive(Bytes secret, const SigningScope& scope, SigningKey* key);

  // Whether `signature` (32 bytes) is the HMAC-SHA-256 of `string_to_sign`, in a time that does not
  // depend on where they differ. Thread-safe.
  Status Verify(Bytes string_to_sign, const uint8_t* signature, bool* is_valid) const;

 private:
  // INVARIANT: written only while the key is made.
  SecureBuffer hmac_;  // HmacKey<Sha256>
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_SIGNING_KEY_H_
