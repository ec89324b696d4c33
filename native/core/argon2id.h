// Argon2id version 1.3 (RFC 9106): the key of a passphrase.
#ifndef KEYSTEAD_CORE_ARGON2ID_H_
#define KEYSTEAD_CORE_ARGON2ID_H_

#include "bytes.h"
#include "status.h"

namespace keystead {

struct Argon2idCost {
  uint32_t memory_kib;  // 8 × lanes to 4 GiB
  uint32_t passes;      // 1 to 1,000
  uint32_t lanes;       // 1 to 64
};

constexpr size_t kArgon2idMinSaltBytes = 8;

// Fills `out` (4 bytes or more) from `passphrase` and `salt` (8 bytes or more). kInvalidArgument
// for a cost out of range; kSecureMemory when the matrix cannot be mapped. The matrix is unlocked,
// undumped memory, wiped before it is freed.
Status Argon2id(Bytes passphrase, Bytes salt, const Argon2idCost& cost, MutableBytes out);

// The same with RFC 9106's optional secret value and associated data, as the RFC's test vector has
// them.
Status Argon2idKeyed(Bytes passphrase, Bytes salt, Bytes secret, Bytes associated_data,
                     const Argon2idCost& cost, MutableBytes out);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ARGON2ID_H_
