// Aes256Blocks: single blocks of AES-256 under one key, for the key derivation of XAES. Keyed when
// made, wiped when it goes out of scope.
#ifndef KEYSTEAD_CORE_AES_BLOCKS_H_
#define KEYSTEAD_CORE_AES_BLOCKS_H_

#include "bytes.h"
#include "thread_context.h"

namespace keystead {

class Aes256Blocks {
 public:
  // Uses the contexts of `thread`: one at a time, and no AesGcmSeal or AesGcmOpen meanwhile.
  Aes256Blocks(ThreadContext* thread, const uint8_t* key);
  ~Aes256Blocks();
  Aes256Blocks(const Aes256Blocks&) = delete;
  Aes256Blocks& operator=(const Aes256Blocks&) = delete;

  // Encrypts whole blocks, each on its own, in place. False when OpenSSL refuses.
  bool Encrypt(MutableBytes blocks);

 private:
  ThreadContext* thread_;
  bool keyed_;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_AES_BLOCKS_H_
