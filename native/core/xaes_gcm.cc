#include "xaes_gcm.h"

#include <cstring>

#include "aes_blocks.h"
#include "big_endian.h"
#include "openssl_runtime.h"
#include "thread_context.h"
#include "wipe.h"

namespace keystead {

namespace {

// The derivation of C2SP XAES-256-GCM, a CMAC-based KBKDF (SP 800-108r1 §4.1) unrolled: every
// secret in it stays in the thread's scratch.
struct Derivation {
  uint8_t k1[kAesBlockBytes];          // the first CMAC subkey (SP 800-38B §6.1)
  uint8_t blocks[2 * kAesBlockBytes];  // M1 ^ K1, M2 ^ K1; then the derived key
};
static_assert(sizeof(Derivation) <= kThreadScratchBytes, "scratch holds a derivation");

// Doubles in GF(2^128), big-endian, without a branch on the secret's top bit (SP 800-38B §5.3).
void Double(uint8_t* block) {
  uint64_t high = LoadU64Be(block);
  uint64_t low = LoadU64Be(block + 8);
  const uint64_t reduction = (uint64_t{0} - (high >> 63)) & 0x87;
  high = high << 1 | low >> 63;
  low = low << 1 ^ reduction;
  StoreU64Be(high, block);
  StoreU64Be(low, block + 8);
}

// M1 ^ K1 and M2 ^ K1.
void FillBlocks(const uint8_t* nonce, Derivation* derivation) {
  for (uint8_t i = 0; i < 2; ++i) {
    uint8_t* block = derivation->blocks + i * kAesBlockBytes;
    const uint8_t prefix[4] = {0, static_cast<uint8_t>(i + 1), 'X', 0};
    memcpy(block, prefix, sizeof(prefix));
    memcpy(block + sizeof(prefix), nonce, kAesGcmIvBytes);
    StoreU64Be(LoadU64Be(block) ^ LoadU64Be(derivation->k1), block);
    StoreU64Be(LoadU64Be(block + 8) ^ LoadU64Be(derivation->k1 + 8), block + 8);
  }
}

Status DeriveKey(ThreadContext* thread, const uint8_t* key, const uint8_t* nonce,
                 Derivation* derivation) {
  Aes256Blocks aes(thread, key);
  memset(derivation->k1, 0, sizeof(derivation->k1));
  if (!aes.Encrypt({derivation->k1, sizeof(derivation->k1)})) return OpenSslFailure();
  Double(derivation->k1);
  FillBlocks(nonce, derivation);
  return aes.Encrypt({derivation->blocks, sizeof(derivation->blocks)}) ? Status::kOk
                                                                       : OpenSslFailure();
}

// Derives the message's key into the scratch and hands it to `use`.
template <typename Use>
Status WithDerivedKey(const uint8_t* key, const uint8_t* nonce, Use use) {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  auto* derivation = reinterpret_cast<Derivation*>(thread->scratch);
  const WipeOnReturn wipe({thread->scratch, sizeof(Derivation)});
  KEYSTEAD_RETURN_IF_ERROR(DeriveKey(thread, key, nonce, derivation));
  return use(derivation->blocks, nonce + kXaesNonceBytes - kAesGcmIvBytes);
}

}  // namespace

Status XaesGcmSeal(const uint8_t* key, const uint8_t* nonce, Bytes aad, Bytes plaintext,
                   uint8_t* out) {
  return WithDerivedKey(key, nonce, [&](const uint8_t* derived_key, const uint8_t* iv) {
    return AesGcmSeal(derived_key, iv, {aad, {}}, plaintext, out);
  });
}

Status XaesGcmOpen(const uint8_t* key, const uint8_t* nonce, Bytes aad, Bytes sealed,
                   uint8_t* out) {
  return WithDerivedKey(key, nonce, [&](const uint8_t* derived_key, const uint8_t* iv) {
    return AesGcmOpen(derived_key, iv, {aad, {}}, sealed, out);
  });
}

Status XaesGcmStart(EVP_CIPHER_CTX* context, AesGcmDirection direction, const uint8_t* key,
                    const uint8_t* nonce, Bytes aad) {
  return WithDerivedKey(key, nonce, [&](const uint8_t* derived_key, const uint8_t* iv) {
    return AesGcmStart(context, direction, derived_key, iv, {aad, {}});
  });
}

Status SealBox(const uint8_t* key, Bytes aad, Bytes plaintext, uint8_t* out) {
  KEYSTEAD_RETURN_IF_ERROR(RandomNonce({out, kXaesNonceBytes}));
  return XaesGcmSeal(key, out, aad, plaintext, out + kXaesNonceBytes);
}

Status OpenBox(const uint8_t* key, Bytes aad, Bytes box, uint8_t* out) {
  if (box.size < kBoxOverheadBytes) return Status::kDecryptionFailed;
  const Bytes sealed = {box.data + kXaesNonceBytes, box.size - kXaesNonceBytes};
  return XaesGcmOpen(key, box.data, aad, sealed, out);
}

}  // namespace keystead
