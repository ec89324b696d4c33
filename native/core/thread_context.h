// ThreadContext: the OpenSSL objects and the random pools of one thread, all in the arena. Contexts
// are re-keyed per message and wiped (re-keyed with zeros) before the call that used them returns.
#ifndef KEYSTEAD_CORE_THREAD_CONTEXT_H_
#define KEYSTEAD_CORE_THREAD_CONTEXT_H_

#include <openssl/evp.h>

#include "random_pool.h"

namespace keystead {

struct DirectAes;  // direct_aes.h

constexpr size_t kRandomInputBytes = 32;

struct ThreadContext {
  EVP_CIPHER_CTX* aes_gcm = nullptr;  // AES-256-GCM, unkeyed between calls
  EVP_CIPHER_CTX* aes_ecb = nullptr;  // AES-256-ECB for whole blocks, unkeyed between calls
  DirectAes* direct_aes = nullptr;    // null where there is no such code
  RandomPool* nonce_pool = nullptr;
  RandomPool* key_pool = nullptr;
  uint8_t* scratch = nullptr;  // kThreadScratchBytes for intermediate secrets; its user wipes it
  // The additional input of key_pool; its own, since who draws key bytes may hold the scratch.
  uint8_t random_input[kRandomInputBytes] = {};
};
constexpr size_t kThreadScratchBytes = 1024;

// The calling thread's context, made at first use and freed when the thread ends. Calls
// EnsureStarted; on failure returns its Status. `*context` stays valid until the thread ends.
Status GetThreadContext(ThreadContext** context);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_THREAD_CONTEXT_H_
