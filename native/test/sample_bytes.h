// Byte strings for tests: distinct from each other and never zero, so that a wiped byte shows.
#ifndef KEYSTEAD_TEST_SAMPLE_BYTES_H_
#define KEYSTEAD_TEST_SAMPLE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../core/bytes.h"

namespace keystead::test {

using Octets = std::vector<uint8_t>;

inline Octets SampleBytes(size_t size, uint8_t first = 1) {
  Octets octets(size);
  for (size_t i = 0; i < size; ++i) octets[i] = static_cast<uint8_t>((first + i) % 255 + 1);
  return octets;
}

inline Bytes View(const Octets& octets) { return {octets.data(), octets.size()}; }
inline MutableBytes MutableView(Octets* octets) { return {octets->data(), octets->size()}; }

}  // namespace keystead::test

#endif  // KEYSTEAD_TEST_SAMPLE_BYTES_H_
