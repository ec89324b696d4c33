#include "direct_aes.h"

#include <openssl/aes.h>
#include <openssl/modes.h>

#include <cstring>
#include <new>

#include "constant_time.h"
#include "openssl_runtime.h"
#include "secure_arena.h"
#include "vaes_gcm.h"
#include "wipe.h"

#if defined(__x86_64__)

// Of the linked copy of OpenSSL, whose version is pinned: crypto/aes/asm/aesni-x86_64.pl.
extern "C" {
int aesni_set_encrypt_key(const unsigned char* user_key, int bits, AES_KEY* key);
void aesni_encrypt(const unsigned char* in, unsigned char* out, const void* key);
void aesni_ecb_encrypt(const unsigned char* in, unsigned char* out, size_t length,
                       const AES_KEY* key, int encrypt);
void aesni_ctr32_encrypt_blocks(const unsigned char* in, unsigned char* out, size_t blocks,
                                const void* key, const unsigned char ivec[16]);
}

namespace keystead {

struct DirectAes {
  AES_KEY key;
  bool has_vaes;
  VaesGcmState vaes;    // with VAES
  GCM128_CONTEXT* gcm;  // without
  size_t gcm_bytes;
};

namespace {

constexpr int kKeyBits = 256;

// The longest messages that are faster this way: VAES is what EVP would use, without its overhead;
// else EVP's stitched code wins at some length.
constexpr size_t kMaxBytesWithVaes = 64 * 1024;
constexpr size_t kMaxBytes = 2048;

// Wipes the key schedule, the GCM state and the registers on every path.
class WipeOnEnd {
 public:
  explicit WipeOnEnd(DirectAes* direct) : direct_(direct) {}
  ~WipeOnEnd() { DirectGcmWipe(direct_); }
  WipeOnEnd(const WipeOnEnd&) = delete;
  WipeOnEnd& operator=(const WipeOnEnd&) = delete;

 private:
  DirectAes* direct_;
};

void Start(DirectAes* direct, const uint8_t* iv, AesGcmAad aad) {
  CRYPTO_gcm128_setiv(direct->gcm, iv, kAesGcmIvBytes);
  if (aad.first.size > 0) CRYPTO_gcm128_aad(direct->gcm, aad.first.data, aad.first.size);
  if (aad.second.size > 0) CRYPTO_gcm128_aad(direct->gcm, aad.second.data, aad.second.size);
}

bool NewGcm(DirectAes* direct) {
  // A new GCM state encrypts a block at once: the key must be one, if only of zeros.
  static constexpr uint8_t kZero[kAes256KeyBytes] = {};
  SetDirectKey(direct, kZero);
  direct->gcm = CRYPTO_gcm128_new(&direct->key, aesni_encrypt);
  if (direct->gcm == nullptr) return false;
  direct->gcm_bytes = SecureBlockSize(direct->gcm);
  return true;
}

}  // namespace

bool HasDirectAes() {
  static const bool has = GetCpuStatus().constant_time;
  return has;
}

DirectAes* NewDirectAes() {
  if (!HasDirectAes()) return nullptr;
  void* memory = SecureAllocate(sizeof(DirectAes), SecureUse::kOpenSsl);
  if (memory == nullptr) return nullptr;
  auto* direct = new (memory) DirectAes();
  direct->has_vaes = HasVaesGcm();
  if (direct->has_vaes || NewGcm(direct)) return direct;
  SecureFree(memory);
  return nullptr;
}

void FreeDirectAes(DirectAes* direct) {
  if (direct == nullptr) return;
  SecureFree(direct->gcm);
  SecureFree(direct);
}

void SetDirectKey(DirectAes* direct, const uint8_t* key) {
  aesni_set_encrypt_key(key, kKeyBits, &direct->key);
}

void WipeDirectKey(DirectAes* direct) { Wipe(&direct->key, sizeof(direct->key)); }

void DirectEncryptBlocks(DirectAes* direct, MutableBytes blocks) {
  aesni_ecb_encrypt(blocks.data, blocks.data, blocks.size, &direct->key, 1);
}

bool DirectGcmTakes(const DirectAes* direct, size_t size) {
  return direct != nullptr && size <= (direct->has_vaes ? kMaxBytesWithVaes : kMaxBytes);
}

void DirectGcmKey(DirectAes* direct, const uint8_t* key) {
  SetDirectKey(direct, key);
  if (direct->has_vaes) {
    VaesGcmKey(&direct->key, &direct->vaes);
  } else {
    CRYPTO_gcm128_init(direct->gcm, &direct->key, aesni_encrypt);
  }
}

void DirectGcmWipe(DirectAes* direct) {
  WipeDirectKey(direct);
  if (direct->has_vaes) {
    Wipe(&direct->vaes, sizeof(direct->vaes));
  } else {
    Wipe(direct->gcm, direct->gcm_bytes);
  }
  WipeVectorRegisters();
}

void DirectGcmSealKeyed(DirectAes* direct, const uint8_t* iv, AesGcmAad aad, Bytes plaintext,
                        uint8_t* out) {
  if (direct->has_vaes) {
    VaesGcmEncrypt(&direct->key, &direct->vaes, iv, aad, plaintext, out);
    memcpy(out + plaintext.size, direct->vaes.hash, kAesGcmTagBytes);
    return;
  }
  Start(direct, iv, aad);
  CRYPTO_gcm128_encrypt_ctr32(direct->gcm, plaintext.data, out, plaintext.size,
                              aesni_ctr32_encrypt_blocks);
  CRYPTO_gcm128_tag(direct->gcm, out + plaintext.size, kAesGcmTagBytes);
}

Status DirectGcmOpenKeyed(DirectAes* direct, const uint8_t* iv, AesGcmAad aad, Bytes sealed,
                          uint8_t* out) {
  const size_t size = sealed.size - kAesGcmTagBytes;
  const uint8_t* tag = sealed.data + size;
  bool verified = false;
  if (direct->has_vaes) {
    VaesGcmDecrypt(&direct->key, &direct->vaes, iv, aad, {sealed.data, size}, out);
    verified = ConstantTimeEqual({direct->vaes.hash, kAesGcmTagBytes}, {tag, kAesGcmTagBytes});
  } else {
    Start(direct, iv, aad);
    CRYPTO_gcm128_decrypt_ctr32(direct->gcm, sealed.data, out, size, aesni_ctr32_encrypt_blocks);
    verified = CRYPTO_gcm128_finish(direct->gcm, tag, kAesGcmTagBytes) == 0;
  }
  return verified ? Status::kOk : Status::kDecryptionFailed;
}

void DirectGcmSeal(DirectAes* direct, const uint8_t* key, const uint8_t* iv, AesGcmAad aad,
                   Bytes plaintext, uint8_t* out) {
  const WipeOnEnd wipe(direct);
  DirectGcmKey(direct, key);
  DirectGcmSealKeyed(direct, iv, aad, plaintext, out);
}

Status DirectGcmOpen(DirectAes* direct, const uint8_t* key, const uint8_t* iv, AesGcmAad aad,
                     Bytes sealed, uint8_t* out) {
  const WipeOnEnd wipe(direct);
  DirectGcmKey(direct, key);
  return DirectGcmOpenKeyed(direct, iv, aad, sealed, out);
}

}  // namespace keystead

#else

namespace keystead {

bool HasDirectAes() { return false; }
DirectAes* NewDirectAes() { return nullptr; }
void FreeDirectAes(DirectAes*) {}
void SetDirectKey(DirectAes*, const uint8_t*) {}
void WipeDirectKey(DirectAes*) {}
void DirectEncryptBlocks(DirectAes*, MutableBytes) {}
bool DirectGcmTakes(const DirectAes*, size_t) { return false; }
void DirectGcmSeal(DirectAes*, const uint8_t*, const uint8_t*, AesGcmAad, Bytes, uint8_t*) {}
Status DirectGcmOpen(DirectAes*, const uint8_t*, const uint8_t*, AesGcmAad, Bytes, uint8_t*) {
  return Status::kCryptoFailed;
}
void DirectGcmKey(DirectAes*, const uint8_t*) {}
void DirectGcmSealKeyed(DirectAes*, const uint8_t*, AesGcmAad, Bytes, uint8_t*) {}
Status DirectGcmOpenKeyed(DirectAes*, const uint8_t*, AesGcmAad, Bytes, uint8_t*) {
  return Status::kCryptoFailed;
}
void DirectGcmWipe(DirectAes*) {}

}  // namespace keystead

#endif
