// HKDF (RFC 5869) over SHA-256, SHA-384 and SHA-512.
#ifndef KEYSTEAD_CORE_HKDF_H_
#define KEYSTEAD_CORE_HKDF_H_

#include "bytes.h"
#include "hash.h"
#include "hmac.h"
#include "status.h"

namespace keystead {

// Hkdf extracts from `input_key` with `salt` (empty: a block of zeros) and expands with `info` into
// `out`, 1 to 255 digests long (RFC 5869 §2.3), else kInvalidArgument. kSecureMemory when the arena
// has no room for the intermediate keys.
template <typename Hash>
Status Hkdf(Bytes input_key, Bytes salt, Bytes info, MutableBytes out);

// An extracted key that is expanded more than once. Secret: lives in the arena, and its owner wipes
// it.
template <typename Hash>
struct HkdfExtracted {
  HmacKey<Hash> key;
  HmacState<Hash> state;
  uint8_t block[Hash::kDigestBytes];  // PRK, then T(i)
};

// The two halves of Hkdf, in memory of the caller's, who calls WipeRemains after the last. Expand
// may be called again with another `info`; `out` is 1 to 255 digests long.
template <typename Hash>
void HkdfExtract(Bytes input_key, Bytes salt, HkdfExtracted<Hash>* extracted);
template <typename Hash>
void HkdfExpand(Bytes info, MutableBytes out, HkdfExtracted<Hash>* extracted);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_HKDF_H_
