// ShareRegistry: data keys on their way from one thread to another, found by a one-time token.
#ifndef KEYSTEAD_CORE_SHARE_REGISTRY_H_
#define KEYSTEAD_CORE_SHARE_REGISTRY_H_

#include <cstdint>
#include <memory>

#include "secure_buffer.h"
#include "status.h"

namespace keystead {

constexpr size_t kShareTokenBytes = 16;
constexpr size_t kMaxOpenShares = 65536;

// A data key; whoever holds one keeps it alive, the last one wipes it.
using SharedDataKey = std::shared_ptr<SecureBuffer>;

// Deposits `key` under a fresh token (16 random bytes). `owner` names the environment that shares.
// kInvalidArgument when kMaxOpenShares tokens are open.
Status OpenShare(uint64_t owner, SharedDataKey key, uint8_t* token);

// Takes the key of `token`, which is worth nothing from then on; null when it was used, withdrawn
// or never made.
SharedDataKey TakeShare(const uint8_t* token);

// Withdraws the tokens that `owner` made and nobody has taken.
void WithdrawShares(uint64_t owner);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_SHARE_REGISTRY_H_
