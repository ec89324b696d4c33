// Included before every file of ours: Node's own OpenSSL headers must never be found instead of the
// private ones.
#ifndef KEYSTEAD_OPENSSL_VERSION_CHECK_H_
#define KEYSTEAD_OPENSSL_VERSION_CHECK_H_

#include <openssl/opensslv.h>

#if (OPENSSL_VERSION_NUMBER >> 20) != 0x305
#error "these are not the headers of the private OpenSSL 3.5: build with npm run build"
#endif

#endif  // KEYSTEAD_OPENSSL_VERSION_CHECK_H_
