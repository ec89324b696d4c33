#include "aes_blocks.h"

#include "direct_aes.h"
#include "unkey_on_return.h"

namespace keystead {

Aes256Blocks::Aes256Blocks(ThreadContext* thread, const uint8_t* key) : thread_(thread) {
  if (thread->direct_aes != nullptr) {
    SetDirectKey(thread->direct_aes, key);
    keyed_ = true;
  } else {
    keyed_ = EVP_EncryptInit_ex2(thread->aes_ecb, nullptr, key, nullptr, nullptr) == 1;
  }
}

Aes256Blocks::~Aes256Blocks() {
  if (thread_->direct_aes != nullptr) {
    WipeDirectKey(thread_->direct_aes);
  } else {
    const UnkeyOnReturn unkey(thread_->aes_ecb);
  }
}

bool Aes256Blocks::Encrypt(MutableBytes blocks) {
  if (thread_->direct_aes != nullptr) {
    DirectEncryptBlocks(thread_->direct_aes, blocks);
    return true;
  }
  int written = 0;
  const int size = static_cast<int>(blocks.size);
  return keyed_ &&
         EVP_EncryptUpdate(thread_->aes_ecb, blocks.data, &written, blocks.data, size) == 1 &&
         written == size;
}

}  // namespace keystead
