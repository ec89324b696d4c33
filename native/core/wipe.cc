#include "wipe.h"

namespace keystead {

namespace {

// Larger than any frame of OpenSSL's hash and cipher code (SHA-512 with AVX2 takes 1,312 bytes
// aligned down to 2,048) with the functions of ours between it and who calls this.
constexpr size_t kStackWipeBytes = 6 * 1024;

#if defined(__x86_64__)

// What the CPU has, whatever OpenSSL was told of it.
enum class VectorRegisters { kXmm, kYmm, kZmm };

VectorRegisters ThisCpuHas() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vl")) return VectorRegisters::kZmm;
  return __builtin_cpu_supports("avx") ? VectorRegisters::kYmm : VectorRegisters::kXmm;
}

// Zeroing the lowest 128 bits by an EVEX instruction zeroes the rest. The compiler uses none of
// these registers.
void WipeUpperZmm() {
  __asm__ __volatile__(
      "vpxord %xmm16, %xmm16, %xmm16\n\t"
      "vpxord %xmm17, %xmm17, %xmm17\n\t"
      "vpxord %xmm18, %xmm18, %xmm18\n\t"
      "vpxord %xmm19, %xmm19, %xmm19\n\t"
      "vpxord %xmm20, %xmm20, %xmm20\n\t"
      "vpxord %xmm21, %xmm21, %xmm21\n\t"
      "vpxord %xmm22, %xmm22, %xmm22\n\t"
      "vpxord %xmm23, %xmm23, %xmm23\n\t"
      "vpxord %xmm24, %xmm24, %xmm24\n\t"
      "vpxord %xmm25, %xmm25, %xmm25\n\t"
      "vpxord %xmm26, %xmm26, %xmm26\n\t"
      "vpxord %xmm27, %xmm27, %xmm27\n\t"
      "vpxord %xmm28, %xmm28, %xmm28\n\t"
      "vpxord %xmm29, %xmm29, %xmm29\n\t"
      "vpxord %xmm30, %xmm30, %xmm30\n\t"
      "vpxord %xmm31, %xmm31, %xmm31");
}

#define KEYSTEAD_XMM_CLOBBERS                                                              \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
      "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

void WipeYmm() { __asm__ __volatile__("vzeroall" ::: KEYSTEAD_XMM_CLOBBERS); }

void WipeXmm() {
  __asm__ __volatile__(
      "pxor %%xmm0, %%xmm0\n\t"
      "pxor %%xmm1, %%xmm1\n\t"
      "pxor %%xmm2, %%xmm2\n\t"
      "pxor %%xmm3, %%xmm3\n\t"
      "pxor %%xmm4, %%xmm4\n\t"
      "pxor %%xmm5, %%xmm5\n\t"
      "pxor %%xmm6, %%xmm6\n\t"
      "pxor %%xmm7, %%xmm7\n\t"
      "pxor %%xmm8, %%xmm8\n\t"
      "pxor %%xmm9, %%xmm9\n\t"
      "pxor %%xmm10, %%xmm10\n\t"
      "pxor %%xmm11, %%xmm11\n\t"
      "pxor %%xmm12, %%xmm12\n\t"
      "pxor %%xmm13, %%xmm13\n\t"
      "pxor %%xmm14, %%xmm14\n\t"
      "pxor %%xmm15, %%xmm15" ::
          : KEYSTEAD_XMM_CLOBBERS);
}

#undef KEYSTEAD_XMM_CLOBBERS

#endif

}  // namespace

void WipeVectorRegisters() {
#if defined(__x86_64__)
  static const VectorRegisters registers = ThisCpuHas();
  if (registers == VectorRegisters::kZmm) WipeUpperZmm();
  if (registers == VectorRegisters::kXmm) return WipeXmm();
  WipeYmm();
#endif
}

__attribute__((noinline)) void WipeRemains() {
  WipeVectorRegisters();
  uint8_t below[kStackWipeBytes];
  Wipe(below, sizeof(below));
}

}  // namespace keystead
