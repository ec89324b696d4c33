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

// What fits into one block with its padding (FIPS 180-4 §5.1).
template <typename Hash>
constexpr size_t kLastBlockBytes = Hash::kBlockBytes - 1 - Hash::kLengthBytes;

// Ends a hash of one block and the first `size` bytes, at most kLastBlockBytes, of `state->block`:
// nearly all that is authenticated is so short, and OpenSSL's way with messages of any length costs
// a third of the hashing. `out` may be the block.
template <typename Hash>
void FinishBlock(size_t size, HmacState<Hash>* state, uint8_t* out) {
  uint8_t* const end = state->block + Hash::kBlockBytes;
  state->block[size] = 0x80;
  memset(state->block + size + 1, 0, static_cast<size_t>(end - 8 - (state->block + size + 1)));
  StoreU64Be((Hash::kBlockBytes + size) * 8, end - 8);
  Hash::Block(&state->hash, state->block);
  for (size_t i = 0; i < Hash::kDigestBytes / Hash::kWordBytes; ++i) {
    Hash::StoreWord(state->hash, i, out + i * Hash::kWordBytes);
  }
}

size_t SizeOf(const Bytes* pieces, size_t num_pieces) {
  size_t size = 0;
  for (size_t i = 0; i < num_pieces; ++i) size += pieces[i].size;
  return size;
}

// Writes the inner digest to `state->block`.
template <typename Hash>
void HashInner(const Bytes* pieces, size_t num_pieces, HmacState<Hash>* state) {
  if (SizeOf(pieces, num_pieces) > kLastBlockBytes<Hash>) {
    for (size_t i = 0; i < num_pieces; ++i) {
      if (pieces[i].size > 0) Hash::Update(&state->hash, pieces[i]);
    }
    return Hash::Final(&state->hash, state->block);
  }
  size_t used = 0;
  for (size_t i = 0; i < num_pieces; ++i) {
    if (pieces[i].size > 0) memcpy(state->block + used, pieces[i].data, pieces[i].size);
    used += pieces[i].size;
  }
  FinishBlock<Hash>(used, state, state->block);
}

}  // namespace

template <typename Hash>
void HmacInitUnwiped(Bytes key, HmacKey<Hash>* hmac) {
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
}

template <typename Hash>
void HmacInit(Bytes key, HmacKey<Hash>* hmac) {
  HmacInitUnwiped<Hash>(key, hmac);
  WipeRemains();
}

template <typename Hash>
void HmacCompute(const HmacKey<Hash>& hmac, const Bytes* pieces, size_t num_pieces,
                 HmacState<Hash>* state, uint8_t* out) {
  static_assert(Hash::kDigestBytes <= kLastBlockBytes<Hash>, "the outer hash ends in one block");
  state->hash = hmac.inner;
  HashInner<Hash>(pieces, num_pieces, state);
  state->hash = hmac.outer;
  FinishBlock<Hash>(Hash::kDigestBytes, state, out);
}

#define KEYSTEAD_INSTANTIATE_HMAC(Hash)                                                         \
  template void HmacInit<Hash>(Bytes, HmacKey<Hash>*);                                          \
  template void HmacInitUnwiped<Hash>(Bytes, HmacKey<Hash>*);                                   \
  template void HmacCompute<Hash>(const HmacKey<Hash>&, const Bytes*, size_t, HmacState<Hash>*, \
                                  uint8_t*);
KEYSTEAD_INSTANTIATE_HMAC(Sha224)
KEYSTEAD_INSTANTIATE_HMAC(Sha256)
KEYSTEAD_INSTANTIATE_HMAC(Sha384)
KEYSTEAD_INSTANTIATE_HMAC(Sha512)
#undef KEYSTEAD_INSTANTIATE_HMAC

}  // namespace keystead
