// MessageCipher: AES-GCM under the one key of a message, on one thread. Keyed once, then used for
// the header's tag and every frame: re-keying for each would cost more than a small frame.
#ifndef KEYSTEAD_CORE_MESSAGE_CIPHER_H_
#define KEYSTEAD_CORE_MESSAGE_CIPHER_H_

#include "aes_gcm.h"
#include "openssl_ptr.h"
#include "thread_context.h"

namespace keystead {

// INVARIANT: while one lives, nothing else on its thread encrypts: it works in the thread's
// context.
class MessageCipher {
 public:
  MessageCipher() = default;
  // No key stays behind.
  ~MessageCipher();
  MessageCipher(const MessageCipher&) = delete;
  MessageCipher& operator=(const MessageCipher&) = delete;

  // Takes `key` (16, 24 or 32 bytes), which must stay where it is. Called once, by the thread that
  // uses the cipher.
  Status Start(AesGcmDirection direction, Bytes key);

  // Rules as AesGcmSeal and AesGcmOpen, which wipe `out` on failure, too.
  Status Seal(const uint8_t* iv, Bytes aad, Bytes plaintext, uint8_t* out);
  Status Open(const uint8_t* iv, Bytes aad, Bytes sealed, uint8_t* out);

  // A long text in slices: after StartText, AesGcmUpdate and AesGcmFinishOpen on the context.
  Status StartText(const uint8_t* iv, Bytes aad, EVP_CIPHER_CTX** context);

 private:
  Status KeyContext();
  bool IsDirect(size_t text_size) const;

  ThreadContext* thread_ = nullptr;
  AesGcmDirection direction_ = AesGcmDirection::kDecrypt;
  Bytes key_;
  bool is_direct_keyed_ = false;
  EVP_CIPHER_CTX* context_ = nullptr;  // once a text needed it: the thread's, or `own_`
  CipherCtxPtr own_;                   // for the shorter keys
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_CIPHER_H_
