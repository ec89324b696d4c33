// The key of one message, derived from its data key (AWS Encryption SDK algorithms reference). With
// DK the data key and id the message id,
//
//   committing suites:  PRK = HKDF-Extract-SHA-512(salt = id, DK),
//                       key = Expand(PRK, suite ‖ "DERIVEKEY"), commitment = Expand(PRK,
//                       "COMMITKEY")
//   other HKDF suites:  key = HKDF(DK, salt = zeros, info = suite ‖ id)
//   the oldest:         key = DK
#ifndef KEYSTEAD_CORE_MESSAGE_KEY_H_
#define KEYSTEAD_CORE_MESSAGE_KEY_H_

#include "message_suite.h"
#include "secure_buffer.h"
#include "status.h"

namespace keystead {

// DeriveMessageKey writes the key, `suite.key_bytes` long, to `key`, which the caller wipes, and
// for committing suites the 32 bytes of the commitment, a public value, to `commitment`.
// kInvalidArgument for a data key of another size.
Status DeriveMessageKey(const MessageSuite& suite, Bytes data_key, Bytes message_id, uint8_t* key,
                        uint8_t* commitment);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_KEY_H_
