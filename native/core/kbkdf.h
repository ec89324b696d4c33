// KBKDF in counter mode with HMAC-SHA-256 (NIST SP 800-108r1 §4.1, 32-bit counter before the fixed
// input).
#ifndef KEYSTEAD_CORE_KBKDF_H_
#define KEYSTEAD_CORE_KBKDF_H_

#include "bytes.h"
#include "hmac.h"
#include "status.h"

namespace keystead {

constexpr size_t kKbkdfMaxFixedPieces = 7;

// KbkdfCounter fills `out`, whose size is a multiple of 32, with the blocks HMAC(key, u32be(i) ‖
// fixed input), i from 1. The fixed input is the concatenation of `num_pieces` pieces (at most
// kKbkdfMaxFixedPieces); it holds label, context and length as the caller's format has them.
// `state` is working memory in the arena that the caller wipes.
Status KbkdfCounter(const HmacKey<Sha256>& key, const Bytes* fixed_input, size_t num_pieces,
                    HmacState<Sha256>* state, MutableBytes out);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_KBKDF_H_
