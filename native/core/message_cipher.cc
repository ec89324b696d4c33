#include "message_cipher.h"

#include "direct_aes.h"
#include "fetched_ciphers.h"
#include "openssl_runtime.h"
#include "unkey_on_return.h"
#include "wipe.h"

namespace keystead {

MessageCipher::~MessageCipher() {
  if (is_direct_keyed_) DirectGcmWipe(thread_->direct_aes);
  if (context_ != nullptr && own_ == nullptr) const UnkeyOnReturn unkey(context_);
}

Status MessageCipher::Start(AesGcmDirection direction, Bytes key) {
  direction_ = direction;
  key_ = key;
  return GetThreadContext(&thread_);
}

bool MessageCipher::IsDirect(size_t text_size) const {
  return key_.size == kAes256KeyBytes && DirectGcmTakes(thread_->direct_aes, text_size);
}

Status MessageCipher::KeyContext() {
  if (context_ != nullptr) return Status::kOk;
  EVP_CIPHER_CTX* context = thread_->aes_gcm;
  const EVP_CIPHER* cipher = nullptr;
  if (key_.size != kAes256KeyBytes) {
    own_.reset(EVP_CIPHER_CTX_new());
    context = own_.get();
    cipher = key_.size == 16 ? Aes128Gcm() : Aes192Gcm();
    if (context == nullptr) return OpenSslFailure();
  }
  const int encrypt = static_cast<int>(direction_);
  if (EVP_CipherInit_ex2(context, cipher, key_.data, nullptr, encrypt, nullptr) != 1) {
    return OpenSslFailure();
  }
  context_ = context;
  return Status::kOk;
}

Status MessageCipher::StartText(const uint8_t* iv, Bytes aad, EVP_CIPHER_CTX** context) {
  KEYSTEAD_RETURN_IF_ERROR(KeyContext());
  *context = context_;
  return AesGcmStart(context_, direction_, nullptr, iv, {aad, {}});
}

Status MessageCipher::Seal(const uint8_t* iv, Bytes aad, Bytes plaintext, uint8_t* out) {
  if (plaintext.size > kAesGcmMaxPlaintextBytes) return Status::kInvalidArgument;
  if (IsDirect(plaintext.size)) {
    if (!is_direct_keyed_) DirectGcmKey(thread_->direct_aes, key_.data);
    is_direct_keyed_ = true;
    DirectGcmSealKeyed(thread_->direct_aes, iv, {aad, {}}, plaintext, out);
    return Status::kOk;
  }
  WipeOnReturn wipe({out, plaintext.size + kAesGcmTagBytes});
  EVP_CIPHER_CTX* context = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(StartText(iv, aad, &context));
  KEYSTEAD_RETURN_IF_ERROR(AesGcmUpdate(context, plaintext, out));
  KEYSTEAD_RETURN_IF_ERROR(AesGcmFinishSeal(context, out + plaintext.size));
  wipe.Keep();
  return Status::kOk;
}

Status MessageCipher::Open(const uint8_t* iv, Bytes aad, Bytes sealed, uint8_t* out) {
  if (sealed.size < kAesGcmTagBytes) return Status::kDecryptionFailed;
  const size_t size = sealed.size - kAesGcmTagBytes;
  if (size > kAesGcmMaxPlaintextBytes) return Status::kDecryptionFailed;
  WipeOnReturn wipe({out, size});
  if (IsDirect(size)) {
    if (!is_direct_keyed_) DirectGcmKey(thread_->direct_aes, key_.data);
    is_direct_keyed_ = true;
    KEYSTEAD_RETURN_IF_ERROR(DirectGcmOpenKeyed(thread_->direct_aes, iv, {aad, {}}, sealed, out));
  } else {
    EVP_CIPHER_CTX* context = nullptr;
    KEYSTEAD_RETURN_IF_ERROR(StartText(iv, aad, &context));
    KEYSTEAD_RETURN_IF_ERROR(AesGcmUpdate(context, {sealed.data, size}, out));
    KEYSTEAD_RETURN_IF_ERROR(AesGcmFinishOpen(context, sealed.data + size));
  }
  wipe.Keep();
  return Status::kOk;
}

}  // namespace keystead
