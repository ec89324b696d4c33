// Bytes and MutableBytes: unowned views of memory, the only way the core takes and fills buffers.
#ifndef KEYSTEAD_CORE_BYTES_H_
#define KEYSTEAD_CORE_BYTES_H_

#include <cstddef>
#include <cstdint>

namespace keystead {

struct Bytes {
  const uint8_t* data = nullptr;
  size_t size = 0;
};

struct MutableBytes {
  uint8_t* data = nullptr;
  size_t size = 0;

  operator Bytes() const { return {data, size}; }  // NOLINT: a view of the same memory
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_BYTES_H_
