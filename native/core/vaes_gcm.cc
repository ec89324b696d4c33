#include "vaes_gcm.h"

#include <algorithm>
#include <cstddef>

#if defined(__x86_64__)

// Of the linked copy of OpenSSL, whose version is pinned: crypto/modes/asm/aes-gcm-avx512.pl.
// `partial` is how far the last block is filled. The code reads eight bytes there, of which
// OpenSSL's own caller has four more that are zero.
extern "C" {
int ossl_vaes_vpclmulqdq_capable();
void ossl_aes_gcm_init_avx512(const void* key, void* state);
void ossl_aes_gcm_setiv_avx512(const void* key, void* state, const unsigned char* iv, size_t size);
void ossl_aes_gcm_update_aad_avx512(void* state, const unsigned char* aad, size_t size);
void ossl_aes_gcm_encrypt_avx512(const void* key, void* state, unsigned int* partial,
                                 const unsigned char* in, size_t size, unsigned char* out);
void ossl_aes_gcm_decrypt_avx512(const void* key, void* state, unsigned int* partial,
                                 const unsigned char* in, size_t size, unsigned char* out);
void ossl_aes_gcm_finalize_avx512(void* state, unsigned int partial);
void ossl_gcm_gmult_avx512(uint64_t* hash, const void* state);
}

namespace keystead {

namespace {

using Update = void (*)(const void*, void*, unsigned int*, const unsigned char*, size_t,
                        unsigned char*);

static_assert(offsetof(VaesGcmState, aad_bytes) == 48 && offsetof(VaesGcmState, hash) == 64 &&
                  offsetof(VaesGcmState, hash_key_powers) == 96,
              "the offsets that aes-gcm-avx512.pl uses");

void MultiplyHash(VaesGcmState* state) {
  ossl_gcm_gmult_avx512(reinterpret_cast<uint64_t*>(state->hash), state);
}

// Adds bytes to a block of the hash that is filled up to `at`.
void AddToBlock(VaesGcmState* state, size_t at, Bytes bytes) {
  for (size_t i = 0; i < bytes.size; ++i) state->hash[kAesBlockBytes - 1 - at - i] ^= bytes.data[i];
}

// GHASH of a piece of associated data, which may begin and end within a block.
void Authenticate(VaesGcmState* state, Bytes aad) {
  const size_t filled = state->aad_bytes % kAesBlockBytes;
  state->aad_bytes += aad.size;
  if (filled > 0) {
    const size_t head = std::min(aad.size, kAesBlockBytes - filled);
    AddToBlock(state, filled, {aad.data, head});
    if (filled + head == kAesBlockBytes) MultiplyHash(state);
    aad = {aad.data + head, aad.size - head};
  }
  const size_t whole = aad.size - aad.size % kAesBlockBytes;
  if (whole > 0) ossl_aes_gcm_update_aad_avx512(state, aad.data, whole);
  AddToBlock(state, 0, {aad.data + whole, aad.size - whole});
}

void Process(Update update, const AES_KEY* key, VaesGcmState* state, const uint8_t* iv,
             AesGcmAad aad, Bytes in, uint8_t* out) {
  ossl_aes_gcm_setiv_avx512(key, state, iv, kAesGcmIvBytes);
  std::fill_n(state->hash, kAesBlockBytes, uint8_t{0});
  state->aad_bytes = 0;
  state->text_bytes = in.size;
  if (aad.first.size > 0) Authenticate(state, aad.first);
  if (aad.second.size > 0) Authenticate(state, aad.second);
  if (state->aad_bytes % kAesBlockBytes > 0) MultiplyHash(state);
  unsigned int partial[2] = {};
  if (in.size > 0) update(key, state, partial, in.data, in.size, out);
  ossl_aes_gcm_finalize_avx512(state, partial[0]);
}

}  // namespace

bool HasVaesGcm() {
  static const bool has = ossl_vaes_vpclmulqdq_capable() != 0;
  return has;
}

void VaesGcmKey(const AES_KEY* key, VaesGcmState* state) { ossl_aes_gcm_init_avx512(key, state); }

void VaesGcmEncrypt(const AES_KEY* key, VaesGcmState* state, const uint8_t* iv, AesGcmAad aad,
                    Bytes in, uint8_t* out) {
  Process(ossl_aes_gcm_encrypt_avx512, key, state, iv, aad, in, out);
}

void VaesGcmDecrypt(const AES_KEY* key, VaesGcmState* state, const uint8_t* iv, AesGcmAad aad,
                    Bytes in, uint8_t* out) {
  Process(ossl_aes_gcm_decrypt_avx512, key, state, iv, aad, in, out);
}

}  // namespace keystead

#endif
