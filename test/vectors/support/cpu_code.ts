// The ways through AES-GCM that one machine can take: OPENSSL_ia32cap hides instructions of the CPU
// from OpenSSL (OPENSSL_ia32cap(3)), which the core follows. On a CPU without them, and on another
// architecture, the same way is taken more than once.

export interface CpuCode {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

export const cpuCodes: readonly CpuCode[] = [
  { name: 'this CPU', env: {} },
  // CPUID.7:EBX, bit 16: AVX512F.
  { name: 'without AVX-512', env: { OPENSSL_ia32cap: ':~0x10000' } },
  // CPUID.1:ECX, bits 25 and 1: AES and PCLMULQDQ.
  { name: 'without AES and carry-less multiply', env: { OPENSSL_ia32cap: '~0x200000200000000' } },
];
