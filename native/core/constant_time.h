// The one comparison of secrets.
#ifndef KEYSTEAD_CORE_CONSTANT_TIME_H_
#define KEYSTEAD_CORE_CONSTANT_TIME_H_

#include <openssl/crypto.h>

#include "bytes.h"

namespace keystead {

// Compares two byte strings in a time that depends on their (public) sizes alone.
inline bool ConstantTimeEqual(Bytes a, Bytes b) {
  return a.size == b.size && CRYPTO_memcmp(a.data, b.data, a.size) == 0;
}

}  // namespace keystead

#endif  // KEYSTEAD_CORE_CONSTANT_TIME_H_
