// MessageDecryptor: a message that comes in pieces, in the memory of one frame (or of the block).
// Each frame is given out when its tag has verified. Any cutting gives the same plaintext.
#ifndef KEYSTEAD_CORE_MESSAGE_DECRYPTOR_H_
#define KEYSTEAD_CORE_MESSAGE_DECRYPTOR_H_

#include "heap_bytes.h"
#include "message_secrets.h"
#include "message_signature.h"

namespace keystead {

// For one thread at a time. After a failure only its destructor may be called.
class MessageDecryptor {
 public:
  // Blocks of more than `max_block_bytes` are refused with kMessageLimit.
  MessageDecryptor(const MessageHeader& header, uint64_t max_block_bytes);

  // Checks the header, whose bytes need not stay: see OpenMessageHeader.
  Status Start(const MessageHeader& header, Bytes data_key, Bytes unstored);

  // How many bytes Update will write for `piece`, the next bytes of the body. Statuses as Update.
  Status UpdateBytes(Bytes piece, uint64_t* size) const;
  // Writes the plaintext of the frames that `piece` completes; on failure none, and what was
  // written is wiped. The final frame of a signed message comes when the signature has verified.
  // kDecryptionFailed, kMalformedMessage, kMessageLimit; kMessageSize for bytes behind the end.
  Status Update(Bytes piece, uint8_t* out);

  // The message ends here: kMessageSize when it should go on.
  Status Finish() const { return ended_ ? Status::kOk : Status::kMessageSize; }

 private:
  // What verifies together: a frame or the block; the last of them with the signature.
  struct Unit {
    uint64_t size = 0;  // 0 while more bytes are needed to tell
    uint64_t content_bytes = 0;
    uint64_t plaintext_bytes = 0;
    bool is_last = false;
  };
  class Window;

  Status MeasureContent(const Window& window, uint64_t start, Unit* unit) const;
  Status MeasureUnit(const Window& window, uint64_t start, Unit* unit) const;
  Status OpenUnit(MessageFrames* frames, const Unit& unit, Bytes bytes, uint8_t* out);
  Status OpenUnits(Bytes* piece, uint8_t** out);
  Status TakeUnit(const Unit& unit, Bytes* piece, Bytes* bytes);

  const bool is_framed_;
  const bool is_signed_;
  const uint64_t max_block_bytes_;
  MessageSecrets secrets_;
  MessageHash hash_;
  HeapBytes public_key_;
  HeapBytes held_;  // the unit in the making
  uint64_t next_sequence_ = 1;
  bool ended_ = false;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_DECRYPTOR_H_
