// OpenSslMemory: makes OpenSSL allocate from the secure arena. Blocks above
// kSecureArenaLargestBlock are large blocks.
#ifndef KEYSTEAD_CORE_OPENSSL_MEMORY_H_
#define KEYSTEAD_CORE_OPENSSL_MEMORY_H_

#include "status.h"

namespace keystead {

// Installs the three functions, once per process and before OpenSSL allocates anything
// (CRYPTO_set_mem_functions(3) refuses later). Later calls do nothing. Not thread-safe.
Status UseSecureArenaForOpenSsl();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_OPENSSL_MEMORY_H_
