// A message encrypted in memory, in one call.
#ifndef KEYSTEAD_CORE_MESSAGE_SEAL_H_
#define KEYSTEAD_CORE_MESSAGE_SEAL_H_

#include "job_control.h"
#include "message_writer.h"

namespace keystead {

// The size of the message of `plaintext_bytes`. kMessageLimit for more than 2^32 - 1 frames.
Status SealedMessageBytes(const MessageWriter& writer, uint64_t plaintext_bytes, uint64_t* size);

// Writes the message, SealedMessageBytes long, to `out`, which does not overlap the plaintext. On
// up to `threads` threads, which are joined before it returns. On failure `out` is wiped.
Status SealMessage(const MessageWriter& writer, Bytes plaintext, unsigned threads,
                   JobControl* control, uint8_t* out);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_SEAL_H_
