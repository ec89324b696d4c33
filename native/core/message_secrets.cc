#include "message_secrets.h"

#include "constant_time.h"
#include "heap_bytes.h"
#include "message_key.h"
#include "openssl_runtime.h"

namespace keystead {

namespace {

constexpr uint8_t kZeroIv[kAesGcmIvBytes] = {};

Status CheckTag(const MessageHeader& header, Bytes aad, const MessageSecrets& secrets,
                MessageFrames* frames) {
  KEYSTEAD_RETURN_IF_ERROR(secrets.StartFrames(AesGcmDirection::kDecrypt, frames));
  const uint8_t* iv = header.iv.size == 0 ? kZeroIv : header.iv.data;
  uint8_t nothing = 0;
  return frames->cipher()->Open(iv, aad, header.tag, &nothing);
}

}  // namespace

Status MessageSecrets::Allocate(const MessageSuite& suite, Bytes message_id,
                                uint32_t frame_length) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  suite_ = &suite;
  key_ = SecureBuffer(suite.key_bytes);
  if (!key_.ok()) return Status::kSecureMemory;
  memcpy(message_id_, message_id.data, message_id.size);
  message_id_bytes_ = message_id.size;
  frame_length_ = frame_length;
  return Status::kOk;
}

Status OpenMessageHeader(const MessageHeader& header, Bytes data_key, Bytes unstored,
                         MessageSecrets* secrets) {
  MessageFrames frames;
  return OpenMessageHeader(header, data_key, unstored, secrets, &frames);
}

Status OpenMessageHeader(const MessageHeader& header, Bytes data_key, Bytes unstored,
                         MessageSecrets* secrets, MessageFrames* frames) {
  KEYSTEAD_RETURN_IF_ERROR(
      secrets->Allocate(*header.suite, header.message_id, header.frame_length));
  uint8_t commitment[kMessageCommitmentBytes];
  KEYSTEAD_RETURN_IF_ERROR(
      DeriveMessageKey(*header.suite, data_key, header.message_id, secrets->key(), commitment));
  if (header.suite->is_committing() &&
      !ConstantTimeEqual(header.commitment, {commitment, sizeof(commitment)})) {
    return Status::kDecryptionFailed;
  }
  if (unstored.size == 0) return CheckTag(header, header.body, *secrets, frames);
  HeapBytes aad;
  if (!aad.Append(header.body) || !aad.Append(unstored)) return Status::kOutOfMemory;
  return CheckTag(header, aad.bytes(), *secrets, frames);
}

}  // namespace keystead
