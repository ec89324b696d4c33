#include "xaes_gcm.h"

#include <cstring>

#include "openssl_runtime.h"
#include "thread_context.h"
#include "unkey_on_return.h"
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

// Doubles in GF(2^128) without a branch on the secret's top bit.
void Double(uint8_t* block) {
  const uint8_t reduction = static_cast<uint8_t>(-(block[0] >> 7)) & 0x87;
  for (size_t i = 0; i + 1 < kAesBlockBytes; ++i) {
    block[i] = static_cast<uint8_t>(block[i] << 1 | block[i + 1] >> 7);
  }
  block[kAesBlockBytes - 1] = static_cast<uint8_t>(block[kAesBlockBytes - 1] << 1) ^ reduction;
}

bool EncryptBlocks(EVP_CIPHER_CTX* ecb, uint8_t* blocks, int size) {
  int written = 0;
  return EVP_EncryptUpdate(ecb, blocks, &written, blocks, size) == 1 && written == size;
}

void FillBlocks(const uint8_t* nonce, Derivation* derivation) {
  for (uint8_t i = 0; i < 2; ++i) {
    uint8_t* block = derivation->blocks + i * kAesBlockBytes;
    const uint8_t prefix[4] = {0, static_cast<uint8_t>(i + 1), 'X', 0};
    memcpy(block, prefix, sizeof(prefix));
    memcpy(block + sizeof(prefix), nonce, kAesGcmIvBytes);
    for (size_t j = 0; j < kAesBlockBytes; ++j) block[j] ^= derivation->k1[j];
  }
}

Status DeriveKey(EVP_CIPHER_CTX* ecb, const uint8_t* key, const uint8_t* nonce,
                 Derivation* derivation) {
  const UnkeyOnReturn unkey(ecb);
  if (EVP_EncryptInit_ex2(ecb, nullptr, key, nullptr, nullptr) != 1) return OpenSslFailure();
  memset(derivation->k1, 0, sizeof(derivation->k1));
  if (!EncryptBlocks(ecb, derivation->k1, sizeof(derivation->k1))) return OpenSslFailure();
  Double(derivation->k1);
  FillBlocks(nonce, derivation);
  return EncryptBlocks(ecb, derivation->blocks, sizeof(derivation->blocks)) ? Status::kOk
                                                                            : OpenSslFailure();
}

// Derives the message's key into the scratch and hands it to `use`.
template <typename Use>
Status WithDerivedKey(const uint8_t* key, const uint8_t* nonce, Use use) {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  auto* derivation = reinterpret_cast<Derivation*>(thread->scratch);
  const WipeOnReturn wipe({thread->scratch, sizeof(Derivation)});
  KEYSTEAD_RETURN_IF_ERROR(DeriveKey(thread->aes_ecb, key, nonce, derivation));
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
