#include "thread_context.h"

#include <openssl/crypto.h>
#include <pthread.h>

#include <new>

#include "direct_aes.h"
#include "fetched_ciphers.h"
#include "openssl_runtime.h"
#include "process_guard.h"
#include "secure_arena.h"

namespace keystead {
namespace {

// The pointer is what every call reads; the key exists for its destructor, which runs when a thread
// ends.
thread_local ThreadContext* current = nullptr;
pthread_key_t end_of_thread_key;
bool has_end_of_thread_key = false;
pthread_once_t end_of_thread_once = PTHREAD_ONCE_INIT;

void Free(ThreadContext* context) {
  EVP_CIPHER_CTX_free(context->aes_gcm);
  EVP_CIPHER_CTX_free(context->aes_ecb);
  FreeDirectAes(context->direct_aes);
  SecureFree(context->nonce_pool);
  SecureFree(context->key_pool);
  SecureFree(context->scratch);
  SecureFree(context);
}

// Frees OpenSSL's own state of the thread too: its destructor may have run before this one, and
// freeing contexts can make some anew.
void OnEndOfThread(void* context) {
  current = nullptr;
  if (IsForkedChild()) return;
  Free(static_cast<ThreadContext*>(context));
  OPENSSL_thread_stop();
}

void CreateEndOfThreadKey() {
  has_end_of_thread_key = pthread_key_create(&end_of_thread_key, OnEndOfThread) == 0;
}

EVP_CIPHER_CTX* NewContext(const EVP_CIPHER* cipher) {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  if (context == nullptr) return nullptr;
  if (EVP_EncryptInit_ex2(context, cipher, nullptr, nullptr, nullptr) == 1) return context;
  EVP_CIPHER_CTX_free(context);
  return nullptr;
}

template <typename Pod>
Pod* NewInArena(size_t size) {
  return static_cast<Pod*>(SecureAllocate(size, SecureUse::kOpenSsl));
}

bool Fill(ThreadContext* context) {
  context->aes_gcm = NewContext(Aes256Gcm());
  context->aes_ecb = NewContext(Aes256Ecb());
  context->direct_aes = NewDirectAes();
  context->nonce_pool = NewInArena<RandomPool>(sizeof(RandomPool));
  context->key_pool = NewInArena<RandomPool>(sizeof(RandomPool));
  context->scratch = NewInArena<uint8_t>(kThreadScratchBytes);
  return context->aes_gcm != nullptr && context->aes_ecb != nullptr &&
         (context->direct_aes != nullptr || !HasDirectAes()) && context->nonce_pool != nullptr &&
         context->key_pool != nullptr && context->scratch != nullptr;
}

Status MakeCurrent() {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  const ClearErrorQueueOnReturn clear_errors;
  pthread_once(&end_of_thread_once, CreateEndOfThreadKey);
  if (!has_end_of_thread_key) return Status::kCryptoFailed;
  void* memory = NewInArena<void>(sizeof(ThreadContext));
  if (memory == nullptr) return OpenSslFailure();
  auto* context = new (memory) ThreadContext();
  if (!Fill(context) || pthread_setspecific(end_of_thread_key, context) != 0) {
    Free(context);
    return OpenSslFailure();
  }
  current = context;
  return Status::kOk;
}

}  // namespace

Status GetThreadContext(ThreadContext** context) {
  if (IsForkedChild()) return Status::kForked;
  if (current == nullptr) KEYSTEAD_RETURN_IF_ERROR(MakeCurrent());
  *context = current;
  return Status::kOk;
}

}  // namespace keystead
