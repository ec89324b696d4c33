// A message decrypted in memory, in one call: nothing is released unless all of it verified.
#ifndef KEYSTEAD_CORE_MESSAGE_OPEN_H_
#define KEYSTEAD_CORE_MESSAGE_OPEN_H_

#include "job_control.h"
#include "message_layout.h"

namespace keystead {

// A message whose structure is known.
struct ParsedMessage {
  MessageHeader header;
  MessageBody body;  // body.plaintext_bytes is what OpenMessage writes
  Bytes signed_bytes;
};

// Takes a whole message apart, without a key. Views of `message`. The statuses of
// ParseMessageHeader and FindMessageBody.
Status ParseMessage(Bytes message, const MessageLimits& limits, ParsedMessage* parsed);

// Decrypts to `out`, which does not overlap the message, on up to `threads` threads, which are
// joined before it returns. On failure, by the tag of any frame or by the signature, `out` is
// wiped. `unstored`: see OpenMessageHeader.
Status OpenMessage(const ParsedMessage& parsed, Bytes data_key, Bytes unstored, unsigned threads,
                   JobControl* control, uint8_t* out);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_OPEN_H_
