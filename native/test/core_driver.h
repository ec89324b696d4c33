// The driver of the core: operations over byte strings, so that a test in any language can feed it
// vectors.
#ifndef KEYSTEAD_TEST_CORE_DRIVER_H_
#define KEYSTEAD_TEST_CORE_DRIVER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../core/bytes.h"
#include "../core/status.h"

namespace keystead::driver {

// An argument or a result: one hexadecimal field of a line.
using Octets = std::vector<uint8_t>;
using Arguments = std::vector<Octets>;

inline Bytes View(const Octets& octets) { return {octets.data(), octets.size()}; }
inline MutableBytes MutableView(Octets* octets) { return {octets->data(), octets->size()}; }

// A big-endian number of at most 4 bytes; longer ones are their last 4.
uint32_t Number(const Octets& octets);

// What outputs are filled with: anything but zero, so that a forgotten wipe shows.
constexpr uint8_t kCanary = 0xA5;

// The core's promise: after a failure the output holds nothing. Breaking it must not look like a
// plain refusal: the answer is kCryptoFailed.
Status CheckWiped(Status status, const Octets& out);

// The size that `run` needs of every argument; kAny for one that takes any.
constexpr size_t kAny = SIZE_MAX;

struct Operation {
  const char* name;
  std::vector<size_t> argument_sizes;
  Status (*run)(const Arguments& in, Octets* out);
};

// One table a file.
const std::vector<Operation>& AeadOperations();
const std::vector<Operation>& DerivationOperations();
const std::vector<Operation>& KeyOperations();

}  // namespace keystead::driver

#endif  // KEYSTEAD_TEST_CORE_DRIVER_H_
