// FetchedCiphers: the ciphers of the core, fetched from OpenSSL's provider once per process (a
// fetch by name at each use would cost more than a small encryption). Never freed.
#ifndef KEYSTEAD_CORE_FETCHED_CIPHERS_H_
#define KEYSTEAD_CORE_FETCHED_CIPHERS_H_

#include <openssl/evp.h>

namespace keystead {

// Called while OpenSSL starts, before anyone uses those below. Not thread-safe. False when
// OpenSSL refuses.
bool FetchCiphers();

const EVP_CIPHER* Aes256Gcm();
const EVP_CIPHER* Aes256Ecb();
// For messages of the older suites alone.
const EVP_CIPHER* Aes128Gcm();
const EVP_CIPHER* Aes192Gcm();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_FETCHED_CIPHERS_H_
