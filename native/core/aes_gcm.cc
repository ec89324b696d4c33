#include "aes_gcm.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>

#include "direct_aes.h"
#include "openssl_runtime.h"
#include "thread_context.h"
#include "unkey_on_return.h"
#include "wipe.h"

namespace keystead {

namespace {

// EVP counts in int.
constexpr size_t kMaxUpdateBytes = size_t{1} << 30;

OSSL_PARAM TagParam(uint8_t* tag) {
  return OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, kAesGcmTagBytes);
}

Status Authenticate(EVP_CIPHER_CTX* context, Bytes aad) {
  while (aad.size > 0) {
    const size_t step = std::min(aad.size, kMaxUpdateBytes);
    int written = 0;
    if (EVP_CipherUpdate(context, nullptr, &written, aad.data, static_cast<int>(step)) != 1) {
      return OpenSslFailure();
    }
    aad.data += step;
    aad.size -= step;
  }
  return Status::kOk;
}

Status Seal(EVP_CIPHER_CTX* context, const uint8_t* key, const uint8_t* iv, AesGcmAad aad,
            Bytes plaintext, uint8_t* out) {
  const UnkeyOnReturn unkey(context);
  KEYSTEAD_RETURN_IF_ERROR(AesGcmStart(context, AesGcmDirection::kEncrypt, key, iv, aad));
  KEYSTEAD_RETURN_IF_ERROR(AesGcmUpdate(context, plaintext, out));
  return AesGcmFinishSeal(context, out + plaintext.size);
}

Status Open(EVP_CIPHER_CTX* context, const uint8_t* key, const uint8_t* iv, AesGcmAad aad,
            Bytes sealed, uint8_t* out) {
  const Bytes ciphertext = {sealed.data, sealed.size - kAesGcmTagBytes};
  const UnkeyOnReturn unkey(context);
  KEYSTEAD_RETURN_IF_ERROR(AesGcmStart(context, AesGcmDirection::kDecrypt, key, iv, aad));
  KEYSTEAD_RETURN_IF_ERROR(AesGcmUpdate(context, ciphertext, out));
  return AesGcmFinishOpen(context, sealed.data + ciphertext.size);
}

}  // namespace

Status AesGcmStart(EVP_CIPHER_CTX* context, AesGcmDirection direction, const uint8_t* key,
                   const uint8_t* iv, AesGcmAad aad) {
  const WipeVectorRegistersOnReturn wipe_registers;
  if (EVP_CipherInit_ex2(context, nullptr, key, iv, static_cast<int>(direction), nullptr) != 1) {
    return OpenSslFailure();
  }
  KEYSTEAD_RETURN_IF_ERROR(Authenticate(context, aad.first));
  return Authenticate(context, aad.second);
}

Status AesGcmUpdate(EVP_CIPHER_CTX* context, Bytes in, uint8_t* out) {
  const WipeVectorRegistersOnReturn wipe_registers;
  while (in.size > 0) {
    const size_t step = std::min(in.size, kMaxUpdateBytes);
    int written = 0;
    if (EVP_CipherUpdate(context, out, &written, in.data, static_cast<int>(step)) != 1) {
      return OpenSslFailure();
    }
    in.data += step;
    in.size -= step;
    out += step;
  }
  return Status::kOk;
}

Status AesGcmFinishSeal(EVP_CIPHER_CTX* context, uint8_t* tag) {
  const WipeVectorRegistersOnReturn wipe_registers;
  int written = 0;
  if (EVP_CipherFinal_ex(context, tag, &written) != 1) return OpenSslFailure();
  OSSL_PARAM params[] = {TagParam(tag), OSSL_PARAM_construct_end()};
  return EVP_CIPHER_CTX_get_params(context, params) == 1 ? Status::kOk : OpenSslFailure();
}

Status AesGcmFinishOpen(EVP_CIPHER_CTX* context, const uint8_t* tag) {
  const WipeVectorRegistersOnReturn wipe_registers;
  OSSL_PARAM params[] = {TagParam(const_cast<uint8_t*>(tag)), OSSL_PARAM_construct_end()};
  if (EVP_CIPHER_CTX_set_params(context, params) != 1) return OpenSslFailure();
  uint8_t unused[kAesBlockBytes];
  int written = 0;
  if (EVP_CipherFinal_ex(context, unused, &written) == 1) return Status::kOk;
  ClearErrorQueue();
  return Status::kDecryptionFailed;
}

Status AesGcmSeal(const uint8_t* key, const uint8_t* iv, AesGcmAad aad, Bytes plaintext,
                  uint8_t* out) {
  if (plaintext.size > kAesGcmMaxPlaintextBytes) return Status::kInvalidArgument;
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  if (DirectGcmTakes(thread->direct_aes, plaintext.size)) {
    DirectGcmSeal(thread->direct_aes, key, iv, aad, plaintext, out);
    return Status::kOk;
  }
  WipeOnReturn wipe({out, plaintext.size + kAesGcmTagBytes});
  KEYSTEAD_RETURN_IF_ERROR(Seal(thread->aes_gcm, key, iv, aad, plaintext, out));
  wipe.Keep();
  return Status::kOk;
}

Status AesGcmOpen(const uint8_t* key, const uint8_t* iv, AesGcmAad aad, Bytes sealed,
                  uint8_t* out) {
  if (sealed.size < kAesGcmTagBytes) return Status::kDecryptionFailed;
  const size_t size = sealed.size - kAesGcmTagBytes;
  if (size > kAesGcmMaxPlaintextBytes) return Status::kDecryptionFailed;
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  WipeOnReturn wipe({out, size});
  KEYSTEAD_RETURN_IF_ERROR(DirectGcmTakes(thread->direct_aes, size)
                               ? DirectGcmOpen(thread->direct_aes, key, iv, aad, sealed, out)
                               : Open(thread->aes_gcm, key, iv, aad, sealed, out));
  wipe.Keep();
  return Status::kOk;
}

EVP_CIPHER_CTX* NewAesGcmContext() {
  ThreadContext* thread = nullptr;
  if (GetThreadContext(&thread) != Status::kOk) return nullptr;
  return EVP_CIPHER_CTX_dup(thread->aes_gcm);
}

}  // namespace keystead
