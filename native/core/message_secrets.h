// MessageSecrets: what the threads that work on one message share, its derived key above all.
#ifndef KEYSTEAD_CORE_MESSAGE_SECRETS_H_
#define KEYSTEAD_CORE_MESSAGE_SECRETS_H_

#include <cstring>

#include "message_frame.h"
#include "message_header.h"
#include "secure_buffer.h"

namespace keystead {

class MessageSecrets {
 public:
  // Room for the key in the arena; copies the message id.
  Status Allocate(const MessageSuite& suite, Bytes message_id, uint32_t frame_length);

  // Keys `frames` for the calling thread. This object must outlive it.
  Status StartFrames(AesGcmDirection direction, MessageFrames* frames) const {
    return frames->Start(direction, key_.bytes(), message_id(), frame_length_);
  }

  const MessageSuite& suite() const { return *suite_; }
  uint32_t frame_length() const { return frame_length_; }
  Bytes message_id() const { return {message_id_, message_id_bytes_}; }
  uint8_t* key() { return key_.data(); }

 private:
  const MessageSuite* suite_ = nullptr;
  SecureBuffer key_;
  uint8_t message_id_[kMaxMessageIdBytes];
  size_t message_id_bytes_ = 0;
  uint32_t frame_length_ = 0;
};

// Derives the key of a message that is read, and checks commitment and header tag. `unstored` are
// the context's pairs that the tag covers though they stand nowhere, serialized; usually none.
// kDecryptionFailed for another key or changed bytes; kInvalidArgument for a data key of another
// size than the suite's.
Status OpenMessageHeader(const MessageHeader& header, Bytes data_key, Bytes unstored,
                         MessageSecrets* secrets);
// The same, and keys `frames`, which must not outlive `secrets`, for the calling thread.
Status OpenMessageHeader(const MessageHeader& header, Bytes data_key, Bytes unstored,
                         MessageSecrets* secrets, MessageFrames* frames);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_SECRETS_H_
