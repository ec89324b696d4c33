// The signature of a message: ECDSA over P-384 with SHA-384, or over P-256 with SHA-256 for one old
// suite, of header and body (AWS Encryption SDK message format reference, footer).
#ifndef KEYSTEAD_CORE_MESSAGE_SIGNATURE_H_
#define KEYSTEAD_CORE_MESSAGE_SIGNATURE_H_

#include <openssl/evp.h>

#include <memory>

#include "hash.h"
#include "message_suite.h"
#include "openssl_ptr.h"
#include "status.h"

namespace keystead {

// The text of a P-384 public key: its compressed point (49 bytes) in base64.
constexpr size_t kPublicKeyTextBytes = 68;
// Written signatures are 103 bytes of DER, whatever r and s are, so that the size of a message is
// known before it is signed; with its length before it.
constexpr size_t kWrittenSignatureBytes = 103;
constexpr size_t kWrittenFooterBytes = 2 + kWrittenSignatureBytes;
// The longest DER form of two 384-bit numbers.
constexpr size_t kMaxSignatureBytes = 104;

// The digest of what is signed, as it grows. Not secret.
class MessageHash {
 public:
  explicit MessageHash(MessageSignature signature);
  void Update(Bytes bytes);
  // Writes the digest, at most Sha384::kDigestBytes, and gives its size. Called once.
  size_t Final(uint8_t* digest);

 private:
  const bool is_sha256_;
  union {
    Sha256::State sha256_;
    Sha384::State sha384_;
  };
};

// A P-384 key pair, in the arena. Immutable: threads may share it.
class MessageSigningKey {
 public:
  MessageSigningKey() = default;
  // Leaves the pair alone in a forked child, which has no arena.
  ~MessageSigningKey();
  MessageSigningKey(const MessageSigningKey&) = delete;
  MessageSigningKey& operator=(const MessageSigningKey&) = delete;

  static Status Generate(MessageSigningKey* key);

  // Writes the kPublicKeyTextBytes of the public key.
  Status PublicKeyText(uint8_t* text) const;
  // Writes the footer, kWrittenFooterBytes, over what `hash` has seen.
  Status SignFooter(MessageHash* hash, uint8_t* footer) const;

 private:
  PkeyPtr pair_;
};

// kDecryptionFailed unless `signature` is one over what `hash` has seen, by `public_key` (base64).
Status VerifyMessageSignature(MessageSignature scheme, Bytes public_key, MessageHash* hash,
                              Bytes signature);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_SIGNATURE_H_
