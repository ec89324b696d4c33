#include "openssl_runtime.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <pthread.h>

#include <atomic>

#include "fetched_ciphers.h"
#include "openssl_memory.h"
#include "process_guard.h"
#include "secure_arena.h"

namespace keystead {
namespace {

pthread_mutex_t start_mutex = PTHREAD_MUTEX_INITIALIZER;
std::atomic<bool> is_started{false};

// No configuration file, no exit handler (a thread may still be encrypting while the process exits)
// and no error strings, which would take a third of the smallest arena.
constexpr uint64_t kInitOptions = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT |
                                  OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
                                  OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS;

// Instantiates the primary DRBG, so that a system without entropy or an arena too small shows at
// start.
Status StartRandomGenerator() {
  EVP_RAND_CTX* primary = RAND_get0_primary(nullptr);
  if (primary != nullptr && EVP_RAND_get_state(primary) == EVP_RAND_STATE_READY) return Status::kOk;
  return TakeOpenSslAllocationFailure() ? Status::kSecureMemory : Status::kRandomFailed;
}

Status StartLocked() {
  KEYSTEAD_RETURN_IF_ERROR(StartSecureArena());
  KEYSTEAD_RETURN_IF_ERROR(UseSecureArenaForOpenSsl());
  const ClearErrorQueueOnReturn clear_errors;
  TakeOpenSslAllocationFailure();
  if (OPENSSL_init_crypto(kInitOptions, nullptr) != 1) return OpenSslFailure();
  if (!FetchCiphers()) return OpenSslFailure();
  return StartRandomGenerator();
}

Status StartOnce() {
  if (IsForkedChild()) return Status::kForked;
  pthread_mutex_lock(&start_mutex);
  Status status = Status::kOk;
  if (!is_started.load(std::memory_order_relaxed)) status = StartLocked();
  if (status == Status::kOk) is_started.store(true, std::memory_order_release);
  pthread_mutex_unlock(&start_mutex);
  return status;
}

}  // namespace

Status EnsureStarted() {
  if (!is_started.load(std::memory_order_acquire)) return StartOnce();
  return IsForkedChild() ? Status::kForked : Status::kOk;
}

const char* OpenSslVersion() { return OpenSSL_version(OPENSSL_VERSION); }

void ClearErrorQueue() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

ClearErrorQueueOnReturn::~ClearErrorQueueOnReturn() { ClearErrorQueue(); }

Status OpenSslFailure() {
  ClearErrorQueue();
  return TakeOpenSslAllocationFailure() ? Status::kSecureMemory : Status::kCryptoFailed;
}

}  // namespace keystead
