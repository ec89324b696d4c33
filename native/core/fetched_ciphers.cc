#include "fetched_ciphers.h"

namespace keystead {
namespace {

EVP_CIPHER* aes_256_gcm = nullptr;
EVP_CIPHER* aes_256_ecb = nullptr;
EVP_CIPHER* aes_128_gcm = nullptr;
EVP_CIPHER* aes_192_gcm = nullptr;

bool FetchOnce(const char* name, EVP_CIPHER** cipher) {
  if (*cipher == nullptr) *cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
  return *cipher != nullptr;
}

}  // namespace

bool FetchCiphers() {
  return FetchOnce("AES-256-GCM", &aes_256_gcm) && FetchOnce("AES-256-ECB", &aes_256_ecb) &&
         FetchOnce("AES-128-GCM", &aes_128_gcm) && FetchOnce("AES-192-GCM", &aes_192_gcm);
}

const EVP_CIPHER* Aes256Gcm() { return aes_256_gcm; }
const EVP_CIPHER* Aes256Ecb() { return aes_256_ecb; }
const EVP_CIPHER* Aes128Gcm() { return aes_128_gcm; }
const EVP_CIPHER* Aes192Gcm() { return aes_192_gcm; }

}  // namespace keystead
