// MessageSuite: the algorithm suites of AWS Encryption SDK messages (AWS Encryption SDK algorithms
// reference). All of them use AES-GCM with 96-bit IVs and 128-bit tags.
#ifndef KEYSTEAD_CORE_MESSAGE_SUITE_H_
#define KEYSTEAD_CORE_MESSAGE_SUITE_H_

#include <cstddef>
#include <cstdint>

namespace keystead {

enum class MessageDerivation : uint8_t {
  kNone,        // the data key encrypts
  kHkdfSha256,  // HKDF, no commitment
  kHkdfSha384,  // the same
  kHkdfSha512,  // HKDF with key commitment
};

enum class MessageSignature : uint8_t { kNone, kP256Sha256, kP384Sha384 };

struct MessageSuite {
  uint16_t id;
  uint8_t format;     // of the message: 1 or 2
  uint8_t key_bytes;  // of the data key, and of the key that encrypts: 16, 24 or 32
  MessageDerivation derivation;
  MessageSignature signature;

  bool is_committing() const { return derivation == MessageDerivation::kHkdfSha512; }
  bool is_signed() const { return signature != MessageSignature::kNone; }
  size_t message_id_bytes() const { return format == 1 ? 16 : 32; }
};

// The two suites that are written.
constexpr uint16_t kCommittingSuite = 0x0478;
constexpr uint16_t kSigningSuite = 0x0578;

constexpr size_t kMaxMessageIdBytes = 32;
constexpr size_t kMessageCommitmentBytes = 32;

// Null for an id that no message has.
const MessageSuite* FindMessageSuite(uint16_t id);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_SUITE_H_
