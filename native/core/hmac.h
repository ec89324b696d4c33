// HMAC (FIPS 198-1, RFC 2104) over SHA-2, on OpenSSL's compression functions. The keyed state is a
// plain struct that its owner keeps in the secure arena: an EVP_MAC would allocate three times per
// message, more than the hashing costs.
#ifndef KEYSTEAD_CORE_HMAC_H_
#define KEYSTEAD_CORE_HMAC_H_

#include "bytes.h"
#include "hash.h"

namespace keystead {

// The two half-way states of HMAC under one key. Secret: lives in the arena.
template <typename Hash>
struct HmacKey {
  typename Hash::State inner;
  typename Hash::State outer;
};

// A message in the making. Secret while it lasts.
template <typename Hash>
struct HmacState {
  typename Hash::State hash;
  uint8_t block[Hash::kBlockBytes];
};

// Keys `hmac`, of any key size.
template <typename Hash>
void HmacInit(Bytes key, HmacKey<Hash>* hmac);

// As HmacInit, for those who call WipeRemains themselves.
template <typename Hash>
void HmacInitUnwiped(Bytes key, HmacKey<Hash>* hmac);

// HmacCompute writes the MAC (Hash::kDigestBytes) of the concatenation of `pieces` to `out`.
// `state` is working memory in the arena that the caller wipes.
template <typename Hash>
void HmacCompute(const HmacKey<Hash>& hmac, const Bytes* pieces, size_t num_pieces,
                 HmacState<Hash>* state, uint8_t* out);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_HMAC_H_
