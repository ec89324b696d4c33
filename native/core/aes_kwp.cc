#include "aes_kwp.h"

#include <openssl/modes.h>

#include <cstring>

#include "openssl_runtime.h"
#include "secure_buffer.h"
#include "thread_context.h"
#include "unkey_on_return.h"
#include "wipe.h"

namespace keystead {

namespace {

constexpr size_t kBlockBytes = 16;
constexpr size_t kMinWrappedBytes = 16;
constexpr size_t kSemiblockBytes = 8;

enum class Direction : int { kUnwrap = 0, kWrap = 1 };

// OpenSSL's cipher AES-256-WRAP-PAD always runs AES from tables, which it indexes by key and data.
// Its mode alone (modes.h) takes a block function: the thread's AES-256-ECB, which uses the CPU's
// AES instructions.
void CryptBlock(const uint8_t* in, uint8_t* out, const void* context) {
  int written = 0;
  // A keyed ECB context takes every whole block: this cannot fail.
  EVP_CipherUpdate(static_cast<EVP_CIPHER_CTX*>(const_cast<void*>(context)), out, &written, in,
                   kBlockBytes);
}

// Without padding: with it, decryption holds each block back until the next.
Status KeyContext(EVP_CIPHER_CTX* context, const uint8_t* key, Direction direction) {
  const int encrypt = static_cast<int>(direction);
  const bool keyed = EVP_CipherInit_ex2(context, nullptr, key, nullptr, encrypt, nullptr) == 1 &&
                     EVP_CIPHER_CTX_set_padding(context, 0) == 1;
  return keyed ? Status::kOk : OpenSslFailure();
}

}  // namespace

Status AesKwpWrap(const uint8_t* key, Bytes plaintext, uint8_t* out) {
  if (plaintext.size == 0 || plaintext.size > kAesKwpMaxPlaintextBytes) {
    return Status::kInvalidArgument;
  }
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  const ClearErrorQueueOnReturn clear_errors;
  const UnkeyOnReturn unkey(thread->aes_ecb);
  KEYSTEAD_RETURN_IF_ERROR(KeyContext(thread->aes_ecb, key, Direction::kWrap));
  const size_t size = CRYPTO_128_wrap_pad(thread->aes_ecb, nullptr, out, plaintext.data,
                                          plaintext.size, CryptBlock);
  WipeRemains();
  return size == AesKwpWrappedSize(plaintext.size) ? Status::kOk : Status::kCryptoFailed;
}

Status AesKwpUnwrap(const uint8_t* key, Bytes wrapped, uint8_t* out, size_t* out_size) {
  if (wrapped.size < kMinWrappedBytes || wrapped.size % kSemiblockBytes != 0 ||
      wrapped.size > AesKwpWrappedSize(kAesKwpMaxPlaintextBytes)) {
    return Status::kDecryptionFailed;
  }
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  const ClearErrorQueueOnReturn clear_errors;
  const UnkeyOnReturn unkey(thread->aes_ecb);
  KEYSTEAD_RETURN_IF_ERROR(KeyContext(thread->aes_ecb, key, Direction::kUnwrap));
  // The mode writes the padding too and, when its check fails, zeros over all of `wrapped.size`.
  SecureBuffer padded(wrapped.size);
  if (!padded.ok()) return Status::kSecureMemory;
  const size_t size = CRYPTO_128_unwrap_pad(thread->aes_ecb, nullptr, padded.data(), wrapped.data,
                                            wrapped.size, CryptBlock);
  WipeRemains();
  if (size == 0) return Status::kDecryptionFailed;
  memcpy(out, padded.data(), size);
  *out_size = size;
  return Status::kOk;
}

}  // namespace keystead
