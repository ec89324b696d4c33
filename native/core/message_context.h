// The encryption context of a message in its serialized form: a count, then keys and values with
// 16-bit lengths; nothing at all when it is empty.
#ifndef KEYSTEAD_CORE_MESSAGE_CONTEXT_H_
#define KEYSTEAD_CORE_MESSAGE_CONTEXT_H_

#include "bytes.h"
#include "status.h"

namespace keystead {

constexpr size_t kMaxMessageContextBytes = 65535;

// Checks the structure of `context` and that no key stands twice; kMalformedMessage otherwise. The
// order is left alone: old writers sorted by locale. `*public_key` becomes the value of
// `aws-crypto-public-key` (a view of `context`), without data when there is none. kOutOfMemory.
Status CheckMessageContext(Bytes context, Bytes* public_key);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_CONTEXT_H_
