// What OpenSSL found on this CPU, from OPENSSL_info(3), which shows the capability bits after
// OPENSSL_ia32cap was applied. The conditions are those of OpenSSL 3.5: ossl_prov_aes_hw_gcm
// (providers/implementations/ciphers) chooses the cipher, gcm_get_funcs (crypto/modes/gcm128.c) the
// GHASH.
#include <openssl/crypto.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "openssl_runtime.h"

namespace keystead {
namespace {

constexpr uint64_t Bit(int number) { return uint64_t{1} << number; }

// `words` are the colon-separated numbers after `name` in OpenSSL's description; missing ones stay
// 0.
template <size_t Count>
void ReadCapabilities(const char* name, uint64_t (&words)[Count]) {
  const char* text = OPENSSL_info(OPENSSL_INFO_CPU_SETTINGS);
  const char* at = text == nullptr ? nullptr : std::strstr(text, name);
  if (at == nullptr) return;
  at += std::strlen(name);
  for (uint64_t& word : words) {
    char* end = nullptr;
    word = std::strtoull(at, &end, 16);
    if (*end != ':') return;
    at = end + 1;
  }
}

[[maybe_unused]] bool HasAll(uint64_t word, uint64_t bits) { return (word & bits) == bits; }

}  // namespace

#if defined(__x86_64__)

// OPENSSL_ia32cap(3): word 0 is CPUID.1:EDX and ECX << 32, word 1 is CPUID.7:EBX and ECX << 32.
CpuStatus GetCpuStatus() {
  constexpr uint64_t kPclmul = Bit(33), kMovbe = Bit(54), kAes = Bit(57), kAvx = Bit(60);
  constexpr uint64_t kAvx512 = Bit(16) | Bit(17) | Bit(30) | Bit(31);  // F, DQ, BW, VL
  constexpr uint64_t kVaes = Bit(41), kVpclmul = Bit(42);
  uint64_t words[2] = {};
  ReadCapabilities("OPENSSL_ia32cap=", words);

  CpuStatus status = {"generic", HasAll(words[0], kAes | kPclmul), getenv("OPENSSL_ia32cap")};
  if (HasAll(words[1], kAvx512 | kVaes | kVpclmul)) {
    status.aes_gcm = "aesni-vaes-avx512";
  } else if (HasAll(words[0], kAes | kPclmul | kAvx | kMovbe)) {
    status.aes_gcm = "aesni-pclmul-avx";
  } else if (HasAll(words[0], kAes | kPclmul)) {
    status.aes_gcm = "aesni-pclmul";
  } else if (HasAll(words[0], kAes)) {
    status.aes_gcm = "aesni-table-ghash";
  }
  return status;
}

#elif defined(__aarch64__)

CpuStatus GetCpuStatus() {
  constexpr uint64_t kAes = Bit(2), kPmull = Bit(5), kUnroll8Eor3 = Bit(12);
  uint64_t words[1] = {};
  ReadCapabilities("OPENSSL_armcap=", words);

  CpuStatus status = {"generic", HasAll(words[0], kAes | kPmull), getenv("OPENSSL_armcap")};
  if (status.constant_time) {
    status.aes_gcm = HasAll(words[0], kUnroll8Eor3) ? "armv8-pmull-eor3" : "armv8-pmull";
  }
  return status;
}

#else

CpuStatus GetCpuStatus() { return {"generic", false, nullptr}; }

#endif

}  // namespace keystead
