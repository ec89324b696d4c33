// SecureBuffer: fixed-size, move-only bytes in the secure arena, wiped when it goes out of scope.
#ifndef KEYSTEAD_CORE_SECURE_BUFFER_H_
#define KEYSTEAD_CORE_SECURE_BUFFER_H_

#include <utility>

#include "bytes.h"
#include "secure_arena.h"

namespace keystead {

class SecureBuffer {
 public:
  SecureBuffer() = default;
  // Empty (`!ok()`) when the arena is exhausted.
  explicit SecureBuffer(size_t size)
      : data_(static_cast<uint8_t*>(SecureAllocate(size, SecureUse::kKey))),
        size_(data_ == nullptr ? 0 : size) {}
  ~SecureBuffer() { SecureFree(data_); }

  SecureBuffer(SecureBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecureBuffer& operator=(SecureBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  SecureBuffer(const SecureBuffer&) = delete;
  SecureBuffer& operator=(const SecureBuffer&) = delete;

  bool ok() const { return data_ != nullptr; }
  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  Bytes bytes() const { return {data_, size_}; }
  MutableBytes mutable_bytes() { return {data_, size_}; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_SECURE_BUFFER_H_
