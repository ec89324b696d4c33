#include "message_key.h"

#include <cstring>

#include "big_endian.h"
#include "hkdf.h"
#include "thread_context.h"
#include "wipe.h"

namespace keystead {

namespace {

constexpr char kKeyLabel[] = "DERIVEKEY";
constexpr char kCommitmentLabel[] = "COMMITKEY";
constexpr size_t kSuiteIdBytes = 2;

using Extracted = HkdfExtracted<Sha512>;
static_assert(sizeof(Extracted) <= kThreadScratchBytes, "scratch holds the derivation");

Status DeriveCommitting(const MessageSuite& suite, Bytes data_key, Bytes message_id, uint8_t* key,
                        uint8_t* commitment) {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  const WipeOnReturn wipe({thread->scratch, sizeof(Extracted)});
  auto* extracted = reinterpret_cast<Extracted*>(thread->scratch);
  uint8_t info[kSuiteIdBytes + sizeof(kKeyLabel) - 1];
  StoreU16Be(suite.id, info);
  memcpy(info + kSuiteIdBytes, kKeyLabel, sizeof(kKeyLabel) - 1);
  HkdfExtract<Sha512>(data_key, message_id, extracted);
  HkdfExpand<Sha512>({info, sizeof(info)}, {key, suite.key_bytes}, extracted);
  HkdfExpand<Sha512>(
      {reinterpret_cast<const uint8_t*>(kCommitmentLabel), sizeof(kCommitmentLabel) - 1},
      {commitment, kMessageCommitmentBytes}, extracted);
  WipeRemains();
  return Status::kOk;
}

template <typename Hash>
Status DeriveUncommitting(const MessageSuite& suite, Bytes data_key, Bytes message_id,
                          uint8_t* key) {
  uint8_t info[kSuiteIdBytes + kMaxMessageIdBytes];
  StoreU16Be(suite.id, info);
  memcpy(info + kSuiteIdBytes, message_id.data, message_id.size);
  return Hkdf<Hash>(data_key, {}, {info, kSuiteIdBytes + message_id.size}, {key, suite.key_bytes});
}

}  // namespace

Status DeriveMessageKey(const MessageSuite& suite, Bytes data_key, Bytes message_id, uint8_t* key,
                        uint8_t* commitment) {
  if (data_key.size != suite.key_bytes) return Status::kInvalidArgument;
  switch (suite.derivation) {
    case MessageDerivation::kHkdfSha512:
      return DeriveCommitting(suite, data_key, message_id, key, commitment);
    case MessageDerivation::kHkdfSha384:
      return DeriveUncommitting<Sha384>(suite, data_key, message_id, key);
    case MessageDerivation::kHkdfSha256:
      return DeriveUncommitting<Sha256>(suite, data_key, message_id, key);
    case MessageDerivation::kNone:
      memcpy(key, data_key.data, data_key.size);
      return Status::kOk;
  }
  return Status::kInvalidArgument;
}

}  // namespace keystead
