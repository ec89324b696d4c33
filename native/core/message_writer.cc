#include "message_writer.h"

#include <cstring>

#include "message_context.h"
#include "message_key.h"
#include "random_pool.h"

namespace keystead {

namespace {

constexpr uint8_t kZeroIv[kAesGcmIvBytes] = {};

// The context names the public key of messages that are signed, and of no others.
Status CheckPublicKey(Bytes context, const MessageSigningKey* signing_key) {
  Bytes public_key;
  const Status status = CheckMessageContext(context, &public_key);
  if (status == Status::kMalformedMessage) return Status::kInvalidArgument;
  KEYSTEAD_RETURN_IF_ERROR(status);
  if (signing_key == nullptr) {
    return public_key.data == nullptr ? Status::kOk : Status::kInvalidArgument;
  }
  uint8_t text[kPublicKeyTextBytes];
  KEYSTEAD_RETURN_IF_ERROR(signing_key->PublicKeyText(text));
  return public_key.size == sizeof(text) && memcmp(public_key.data, text, sizeof(text)) == 0
             ? Status::kOk
             : Status::kInvalidArgument;
}

}  // namespace

Status MessageWriter::Create(SharedDataKey data_key, const MessageHeaderParts& parts,
                             std::shared_ptr<MessageSigningKey> signing_key,
                             MessageWriter* writer) {
  const MessageSuite* suite = FindMessageSuite(parts.suite);
  if (suite == nullptr || !suite->is_committing() || parts.frame_length == 0 ||
      suite->is_signed() != (signing_key != nullptr) || data_key->size() != suite->key_bytes) {
    return Status::kInvalidArgument;
  }
  KEYSTEAD_RETURN_IF_ERROR(CheckPublicKey(parts.context, signing_key.get()));
  KEYSTEAD_RETURN_IF_ERROR(CheckEncryptedDataKeys(parts.encrypted_data_keys));
  if (!writer->header_.Resize(MessageHeaderBytes(parts))) return Status::kOutOfMemory;
  WriteMessageHeader(parts, writer->header_.data());
  writer->suite_ = suite;
  writer->frame_length_ = parts.frame_length;
  writer->data_key_ = std::move(data_key);
  writer->signing_key_ = std::move(signing_key);
  return Status::kOk;
}

Status MessageWriter::Start(uint8_t* header, MessageSecrets* secrets) const {
  MessageFrames frames;
  return Start(header, secrets, &frames);
}

Status MessageWriter::Start(uint8_t* header, MessageSecrets* secrets, MessageFrames* frames) const {
  memcpy(header, header_.data(), header_.size());
  const MutableBytes id = {header + kWrittenMessageIdOffset, suite_->message_id_bytes()};
  KEYSTEAD_RETURN_IF_ERROR(RandomNonce(id));
  KEYSTEAD_RETURN_IF_ERROR(secrets->Allocate(*suite_, id, frame_length_));
  uint8_t* tag = header + header_.size() - kAesGcmTagBytes;
  uint8_t* commitment = tag - kMessageCommitmentBytes;
  KEYSTEAD_RETURN_IF_ERROR(
      DeriveMessageKey(*suite_, data_key_->bytes(), id, secrets->key(), commitment));
  KEYSTEAD_RETURN_IF_ERROR(secrets->StartFrames(AesGcmDirection::kEncrypt, frames));
  const Bytes body = {header, header_.size() - kAesGcmTagBytes};
  return frames->cipher()->Seal(kZeroIv, body, {}, tag);
}

}  // namespace keystead
