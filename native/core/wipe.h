// Wipe: overwrites secrets with zeros in a way that no optimizer may drop, and WipeOnReturn, a
// scope guard that does it on every path. Stands on its own so that the arena needs no OpenSSL.
#ifndef KEYSTEAD_CORE_WIPE_H_
#define KEYSTEAD_CORE_WIPE_H_

#include <cstddef>
#include <cstring>

#include "bytes.h"

namespace keystead {

inline void Wipe(void* data, size_t size) {
  if (size == 0) return;
  std::memset(data, 0, size);
  // The compiler must assume that this reads *data, so the stores above are not dead.
  __asm__ __volatile__("" : : "r"(data) : "memory");
}

// Wipes `memory` when it goes out of scope, unless `Keep` was called.
class WipeOnReturn {
 public:
  explicit WipeOnReturn(MutableBytes memory) : memory_(memory) {}
  ~WipeOnReturn() { Wipe(memory_.data, memory_.size); }
  WipeOnReturn(const WipeOnReturn&) = delete;
  WipeOnReturn& operator=(const WipeOnReturn&) = delete;

  void Keep() { memory_.size = 0; }

 private:
  MutableBytes memory_;
};

// Zeroes the vector registers, in which AES code leaves round keys (OpenSSL's AVX-512 code all of
// them): the next signal, context switch to a debugger or core dump would write them down.
void WipeVectorRegisters();

// Calls it when it goes out of scope.
class WipeVectorRegistersOnReturn {
 public:
  WipeVectorRegistersOnReturn() = default;
  ~WipeVectorRegistersOnReturn() { WipeVectorRegisters(); }
  WipeVectorRegistersOnReturn(const WipeVectorRegistersOnReturn&) = delete;
  WipeVectorRegistersOnReturn& operator=(const WipeVectorRegistersOnReturn&) = delete;
};

// Zeroes what the functions called just before have left in the vector registers and on the stack:
// hash code without SHA instructions keeps its message schedule, which begins with the key block,
// in its stack frame; with them, its state in registers.
void WipeRemains();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_WIPE_H_
