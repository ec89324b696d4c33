// MessageEncryptor: a message whose plaintext comes in pieces, in the memory of one frame. Any
// cutting gives the same message as one call.
#ifndef KEYSTEAD_CORE_MESSAGE_ENCRYPTOR_H_
#define KEYSTEAD_CORE_MESSAGE_ENCRYPTOR_H_

#include "heap_bytes.h"
#include "message_writer.h"

namespace keystead {

// For one thread at a time. After a failure only its destructor may be called.
class MessageEncryptor {
 public:
  explicit MessageEncryptor(std::shared_ptr<const MessageWriter> writer);

  // Writes the header to header(), which stays there.
  Status Start();
  Bytes header() const { return header_.bytes(); }

  // How many bytes Update will write for a piece of that size. A full frame is held back until more
  // plaintext shows that it is not the final one.
  uint64_t UpdateBytes(size_t piece_bytes) const;
  // Writes the frames that `piece` completes. kMessageLimit beyond 2^32 - 1 frames or 2^48 bytes.
  Status Update(Bytes piece, uint8_t* out);

  size_t FinishBytes() const;
  // Writes the final frame and the signature.
  Status Finish(uint8_t* out);

 private:
  uint64_t CompleteFrames(uint64_t bytes) const {
    return bytes == 0 ? 0 : (bytes - 1) / writer_->frame_length();
  }
  Status SealFrames(MessageFrames* frames, Bytes plaintext, uint8_t** out);

  const std::shared_ptr<const MessageWriter> writer_;
  MessageSecrets secrets_;
  MessageHash hash_;
  HeapBytes header_;
  HeapBytes held_;  // the frame in the making
  uint64_t done_frames_ = 0;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_ENCRYPTOR_H_
