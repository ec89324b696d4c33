// MessageWriter: everything about the messages of one data key that does not change from message to
// message.
#ifndef KEYSTEAD_CORE_MESSAGE_WRITER_H_
#define KEYSTEAD_CORE_MESSAGE_WRITER_H_

#include <memory>

#include "heap_bytes.h"
#include "message_secrets.h"
#include "message_signature.h"
#include "share_registry.h"

namespace keystead {

// Immutable once made: threads may share it.
class MessageWriter {
 public:
  // Takes format 2 suites alone. `signing_key` is null unless the suite signs, and its public key
  // stands in the context; kInvalidArgument otherwise, and for a malformed context, malformed keys,
  // a frame length of 0 and a data key that is not 32 bytes long. kOutOfMemory.
  static Status Create(SharedDataKey data_key, const MessageHeaderParts& parts,
                       std::shared_ptr<MessageSigningKey> signing_key, MessageWriter* writer);

  // Starts a message: draws its id, derives its key and writes its header, `header_bytes()` long.
  Status Start(uint8_t* header, MessageSecrets* secrets) const;
  // The same, and keys `frames`, which must not outlive `secrets`, for the calling thread.
  Status Start(uint8_t* header, MessageSecrets* secrets, MessageFrames* frames) const;

  size_t header_bytes() const { return header_.size(); }
  size_t footer_bytes() const { return signing_key_ == nullptr ? 0 : kWrittenFooterBytes; }
  uint32_t frame_length() const { return frame_length_; }
  // Null when messages are not signed.
  const MessageSigningKey* signing_key() const { return signing_key_.get(); }

 private:
  SharedDataKey data_key_;
  std::shared_ptr<MessageSigningKey> signing_key_;
  const MessageSuite* suite_ = nullptr;
  uint32_t frame_length_ = 0;
  HeapBytes header_;  // with zeros for what changes
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_WRITER_H_
