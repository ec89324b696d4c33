// FuzzInput: cuts what libFuzzer offers into pieces. Every piece is a heap block of exactly its
// size, so that AddressSanitizer sees one byte too many.
#ifndef KEYSTEAD_FUZZ_FUZZ_INPUT_H_
#define KEYSTEAD_FUZZ_FUZZ_INPUT_H_

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "../core/bytes.h"
#include "../core/status.h"

namespace keystead::fuzz {

using Octets = std::vector<uint8_t>;

inline Bytes View(const Octets& octets) { return {octets.data(), octets.size()}; }
inline MutableBytes MutableView(Octets* octets) { return {octets->data(), octets->size()}; }

class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : next_(data), end_(data + size) {}

  // At most `size` bytes.
  Octets Take(size_t size) {
    const uint8_t* begin = next_;
    next_ += std::min(size, static_cast<size_t>(end_ - next_));
    return Octets(begin, next_);
  }
  Octets TakeRest() { return Take(static_cast<size_t>(end_ - next_)); }
  // Missing bytes are zeros.
  Octets TakeExactly(size_t size) {
    Octets octets = Take(size);
    octets.resize(size);
    return octets;
  }
  size_t TakeNumber() {
    const Octets octets = TakeExactly(2);
    return static_cast<size_t>(octets[0]) << 8 | octets[1];
  }

 private:
  const uint8_t* next_;
  const uint8_t* end_;
};

// Changes one bit that `choice` picks.
inline Octets WithChangedBit(Octets octets, size_t choice) {
  const size_t bit = choice % (octets.size() * 8);
  octets[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
  return octets;
}

// What holds for every input. Not assert: it holds in builds with NDEBUG too.
inline void Require(bool condition) {
  if (!condition) std::abort();
}

inline bool IsAllZero(const Octets& octets) {
  return std::all_of(octets.begin(), octets.end(), [](uint8_t octet) { return octet == 0; });
}

}  // namespace keystead::fuzz

#endif  // KEYSTEAD_FUZZ_FUZZ_INPUT_H_
