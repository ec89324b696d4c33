#include "message_suite.h"

namespace keystead {

namespace {

using Kdf = MessageDerivation;
using Signature = MessageSignature;

constexpr MessageSuite kSuites[] = {
    {0x0014, 1, 16, Kdf::kNone, Signature::kNone},
    {0x0046, 1, 24, Kdf::kNone, Signature::kNone},
    {0x0078, 1, 32, Kdf::kNone, Signature::kNone},
    {0x0114, 1, 16, Kdf::kHkdfSha256, Signature::kNone},
    {0x0146, 1, 24, Kdf::kHkdfSha256, Signature::kNone},
    {0x0178, 1, 32, Kdf::kHkdfSha256, Signature::kNone},
    {0x0214, 1, 16, Kdf::kHkdfSha256, Signature::kP256Sha256},
    {0x0346, 1, 24, Kdf::kHkdfSha384, Signature::kP384Sha384},
    {0x0378, 1, 32, Kdf::kHkdfSha384, Signature::kP384Sha384},
    {kCommittingSuite, 2, 32, Kdf::kHkdfSha512, Signature::kNone},
    {kSigningSuite, 2, 32, Kdf::kHkdfSha512, Signature::kP384Sha384},
};

}  // namespace

const MessageSuite* FindMessageSuite(uint16_t id) {
  for (const MessageSuite& suite : kSuites) {
    if (suite.id == id) return &suite;
  }
  return nullptr;
}

}  // namespace keystead
