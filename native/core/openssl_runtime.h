// The private OpenSSL: its allocator is the secure arena, it reads no configuration, it starts at
// first use.
#ifndef KEYSTEAD_CORE_OPENSSL_RUNTIME_H_
#define KEYSTEAD_CORE_OPENSSL_RUNTIME_H_

#include "status.h"

namespace keystead {

// Starts the arena and then OpenSSL, once per process; every later call is one load. kSecureMemory,
// kForked or kCryptoFailed. Thread-safe.
Status EnsureStarted();

// "OpenSSL 3.5.x ...", without starting anything.
const char* OpenSslVersion();

struct CpuStatus {
  const char* aes_gcm;  // the AES-GCM code that OpenSSL picks on this CPU, e.g. "aesni-vaes-avx512"
  bool constant_time;   // the CPU has AES and carry-less multiply instructions
  // The value of OPENSSL_ia32cap (OPENSSL_armcap on aarch64), the only variable that OpenSSL still
  // reads, or nullptr. The two fields above already count what it switches off.
  const char* ia32cap_env;
};
CpuStatus GetCpuStatus();

// Empties the calling thread's OpenSSL error queue.
void ClearErrorQueue();

// The same when it goes out of scope.
class ClearErrorQueueOnReturn {
 public:
  ClearErrorQueueOnReturn() = default;
  ~ClearErrorQueueOnReturn();
  ClearErrorQueueOnReturn(const ClearErrorQueueOnReturn&) = delete;
  ClearErrorQueueOnReturn& operator=(const ClearErrorQueueOnReturn&) = delete;
};

// The Status of a failed OpenSSL call of this thread: kSecureMemory when it ran out of arena, else
// kCryptoFailed. Empties the error queue.
Status OpenSslFailure();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_OPENSSL_RUNTIME_H_
