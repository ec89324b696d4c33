#include "hmac.h"

#include <cstring>

#include "wipe.h"

namespace keystead {

namespace {

constexpr uint8_t kInnerPad = 0x36;  // FIPS 198-1 §4
constexpr uint8_t kOuterPad = 0x5c;

template <typename Hash>
void StartPadded(const uint8_t* block_key, uint8_t pad, typename Hash::State* state,
                 uint8_t* padded) {
  for (size_t i = 0; i < Hash::kBlockBytes; ++i) padded[i] = block_key[i] ^ pad;
  Hash::Init(state);
  Hash::Update(state, {padded, Hash::kBlockBytes});
}

}  // namespace

template <typename Hash>
void HmacInit(Bytes key, HmacKey<Hash>* hmac) {
  uint8_t block_key[Hash::kBlockBytes] = {};
  uint8_t padded[Hash::kBlockBytes];
  if (key.size > Hash::kBlockBytes) {
    Hash::Init(&hmac->inner);
    Hash::Update(&hmac->inner, key);
    Hash::Final(&hmac->inner, block_key);
  } else if (key.size > 0) {
    memcpy(block_key, key.data, key.size);
  }
  StartPadded<Hash>(block_key, kInnerPad, &hmac->inner, padded);
  StartPadded<Hash>(block_key, kOuterPad, &hmac->outer, padded);
  Wipe(block_key, sizeof(block_key));
  Wipe(padded, sizeof(padded));
  WipeRemains();
}

template <typename Hash>
void HmacCompute(const HmacKey<Hash>& hmac, const Bytes* pieces, size_t num_pieces,
                 HmacState<Hash>* state, uint8_t* out) {
  state->inner = hmac.inner;
  for (size_t i = 0; i < num_pieces; ++i) {
    if (pieces[i].size > 0) Hash::Update(&state->inner, pieces[i]);
  }
  Hash::Final(&state->inner, state->inner_digest);
  state->inner = hmac.outer;
  Hash::Update(&state->inner, {state->inner_digest, Hash::kDigestBytes});
  Hash::Final(&state->inner, out);
}

#define KEYSTEAD_INSTANTIATE_HMAC(Hash)                                                         \
  template void HmacInit<Hash>(Bytes, HmacKey<Hash>*);                                          \
  template void HmacCompute<Hash>(const HmacKey<Hash>&, const Bytes*, size_t, HmacState<Hash>*, \
                                  uint8_t*);
KEYSTEAD_INSTANTIATE_HMAC(Sha224)
KEYSTEAD_INSTANTIATE_HMAC(Sha256)
KEYSTEAD_INSTANTIATE_HMAC(Sha384)
KEYSTEAD_INSTANTIATE_HMAC(Sha512)
#undef KEYSTEAD_INSTANTIATE_HMAC

}  // namespace keystead
