// MessageLayout: where the frames of a message are and how much plaintext they hold, told from
// sizes alone.
#ifndef KEYSTEAD_CORE_MESSAGE_LAYOUT_H_
#define KEYSTEAD_CORE_MESSAGE_LAYOUT_H_

#include <cstdint>

#include "message_header.h"

namespace keystead {

// The volume of one AES-GCM key that a message may have, for any frame length: 2^48 bytes keep an
// attacker's advantage against the blocks below 2^-33.
constexpr uint64_t kMaxMessagePlaintextBytes = uint64_t{1} << 48;

struct FrameLayout {
  uint32_t frame_length = 0;
  uint64_t regular_frames = 0;
  uint32_t final_length = 0;

  uint64_t plaintext_bytes() const { return regular_frames * frame_length + final_length; }
  uint64_t body_bytes() const;
  // Where a frame starts, relative to the body. Frames count from 0 here.
  uint64_t FrameOffset(uint64_t frame) const;
};

// The frames that `plaintext_bytes` are written in: all but the last are full, and the last is
// empty only when there is no plaintext. kMessageLimit for more than 2^32 - 1 frames or 2^48 bytes.
Status LayOutPlaintext(uint64_t plaintext_bytes, uint32_t frame_length, FrameLayout* layout);

// The frames of an unsigned body of `body_bytes`. kMessageSize when no message has such a body.
Status LayOutBody(uint64_t body_bytes, uint32_t frame_length, FrameLayout* layout);

// A body that lies in memory as a whole.
struct MessageBody {
  FrameLayout layout;  // of a framed body
  uint64_t plaintext_bytes = 0;
  Bytes content;    // frames or block
  Bytes signature;  // DER; empty unless the suite signs
};

// Finds frames, block and signature in what follows a header. kMessageSize when something is
// missing or left over; kMalformedMessage.
Status FindMessageBody(const MessageHeader& header, Bytes bytes, MessageBody* body);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_LAYOUT_H_
