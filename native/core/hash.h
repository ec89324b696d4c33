// SHA-2 (FIPS 180-4) as plain structs over OpenSSL's low-level functions, which work in memory that
// the caller chose. OpenSSL 3 deprecates them in favour of EVP objects of its own; the copy linked
// here is pinned, and keeps them.
#ifndef KEYSTEAD_CORE_HASH_H_
#define KEYSTEAD_CORE_HASH_H_

#include <openssl/sha.h>

#include "big_endian.h"
#include "bytes.h"

namespace keystead {

// OPENSSL_SUPPRESS_DEPRECATED works only when no OpenSSL header came before.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

struct Sha224 {
  using State = SHA256_CTX;
  static constexpr size_t kDigestBytes = 28;
  static constexpr size_t kBlockBytes = 64;
  static constexpr size_t kLengthBytes = 8;
  static constexpr size_t kWordBytes = 4;
  static void Init(State* state) { SHA224_Init(state); }
  static void Update(State* state, Bytes in) { SHA224_Update(state, in.data, in.size); }
  static void Final(State* state, uint8_t* out) { SHA224_Final(out, state); }
  static void Block(State* state, const uint8_t* block) { SHA256_Transform(state, block); }
  static void StoreWord(const State& state, size_t i, uint8_t* out) { StoreU32Be(state.h[i], out); }
};

struct Sha256 {
  using State = SHA256_CTX;
  static constexpr size_t kDigestBytes = 32;
  static constexpr size_t kBlockBytes = 64;
  static constexpr size_t kLengthBytes = 8;
  static constexpr size_t kWordBytes = 4;
  static void Init(State* state) { SHA256_Init(state); }
  static void Update(State* state, Bytes in) { SHA256_Update(state, in.data, in.size); }
  static void Final(State* state, uint8_t* out) { SHA256_Final(out, state); }
  static void Block(State* state, const uint8_t* block) { SHA256_Transform(state, block); }
  static void StoreWord(const State& state, size_t i, uint8_t* out) { StoreU32Be(state.h[i], out); }
};

struct Sha384 {
  using State = SHA512_CTX;
  static constexpr size_t kDigestBytes = 48;
  static constexpr size_t kBlockBytes = 128;
  static constexpr size_t kLengthBytes = 16;
  static constexpr size_t kWordBytes = 8;
  static void Init(State* state) { SHA384_Init(state); }
  static void Update(State* state, Bytes in) { SHA384_Update(state, in.data, in.size); }
  static void Final(State* state, uint8_t* out) { SHA384_Final(out, state); }
  static void Block(State* state, const uint8_t* block) { SHA512_Transform(state, block); }
  static void StoreWord(const State& state, size_t i, uint8_t* out) { StoreU64Be(state.h[i], out); }
};

struct Sha512 {
  using State = SHA512_CTX;
  static constexpr size_t kDigestBytes = 64;
  static constexpr size_t kBlockBytes = 128;
  static constexpr size_t kLengthBytes = 16;
  static constexpr size_t kWordBytes = 8;
  static void Init(State* state) { SHA512_Init(state); }
  static void Update(State* state, Bytes in) { SHA512_Update(state, in.data, in.size); }
  static void Final(State* state, uint8_t* out) { SHA512_Final(out, state); }
  static void Block(State* state, const uint8_t* block) { SHA512_Transform(state, block); }
  static void StoreWord(const State& state, size_t i, uint8_t* out) { StoreU64Be(state.h[i], out); }
};

#pragma GCC diagnostic pop

}  // namespace keystead

#endif  // KEYSTEAD_CORE_HASH_H_
