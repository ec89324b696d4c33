// MessageHeader: the header of an AWS Encryption SDK message, taken apart and put together. Nothing
// in it is authenticated until message_crypto.h has checked commitment and tag.
//
//   format 1:  01 80 suite(2) id(16) context keys type(1) 00000000 0C frame length(4) | IV(12) tag
//   format 2:  02 suite(2) id(32) context keys type(1) frame length(4) commitment(32) | tag
//
// context: length(2), then message_context.h's bytes; keys: count(2), then for each the provider's
// id, its information and the ciphertext, each with its length(2); type: 1 one block, 2 frames.
#ifndef KEYSTEAD_CORE_MESSAGE_HEADER_H_
#define KEYSTEAD_CORE_MESSAGE_HEADER_H_

#include "aes_gcm.h"
#include "message_suite.h"
#include "status.h"

namespace keystead {

// What a reader accepts.
struct MessageLimits {
  uint32_t max_encrypted_data_keys = 65535;
  uint32_t max_frame_length = 64 * 1024 * 1024;
  uint32_t max_header_bytes = 1024 * 1024;
};

// Views of the bytes that were parsed.
struct MessageHeader {
  const MessageSuite* suite = nullptr;
  bool is_framed = false;
  uint32_t frame_length = 0;  // 0 when not framed
  uint16_t num_encrypted_data_keys = 0;
  Bytes message_id;
  Bytes context;
  Bytes encrypted_data_keys;  // with their count
  Bytes public_key;           // base64; no data unless the suite signs
  Bytes commitment;           // empty in format 1
  Bytes body;                 // what the tag authenticates
  Bytes iv;                   // empty in format 2: zeros
  Bytes tag;
  size_t size = 0;  // of all of it
};

// ParseMessageHeader takes the header at the start of `bytes` apart. kMessageSize when `bytes` end
// within it; kMalformedMessage when no continuation can make it one; kMessageLimit.
Status ParseMessageHeader(Bytes bytes, const MessageLimits& limits, MessageHeader* header);

// What a written header is made of (format 2, framed).
struct MessageHeaderParts {
  uint16_t suite;
  Bytes context;
  Bytes encrypted_data_keys;  // with their count, checked by CheckEncryptedDataKeys
  uint32_t frame_length;
};

// The size of the whole header.
size_t MessageHeaderBytes(const MessageHeaderParts& parts);
// Writes MessageHeaderBytes bytes, zeros where id, commitment and tag belong: at
// kWrittenMessageIdOffset, and as the last two fields.
void WriteMessageHeader(const MessageHeaderParts& parts, uint8_t* out);
constexpr size_t kWrittenMessageIdOffset = 3;

// kInvalidArgument unless `keys` is a count from 1 and that many encrypted data keys.
Status CheckEncryptedDataKeys(Bytes keys);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_HEADER_H_
