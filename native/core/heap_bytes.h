// HeapBytes: memory of the ordinary heap for plaintexts and messages, which are too long for the
// arena. Grows when asked, and is wiped before it is freed or moved.
#ifndef KEYSTEAD_CORE_HEAP_BYTES_H_
#define KEYSTEAD_CORE_HEAP_BYTES_H_

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "huge_pages.h"
#include "wipe.h"

namespace keystead {

class HeapBytes {
 public:
  HeapBytes() = default;
  ~HeapBytes() { Reset(); }
  HeapBytes(HeapBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  HeapBytes& operator=(HeapBytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  HeapBytes(const HeapBytes&) = delete;
  HeapBytes& operator=(const HeapBytes&) = delete;

  // Makes it `size` bytes long; those it had stay, new ones are undefined. False when there is no
  // memory.
  bool Resize(size_t size) {
    if (size > capacity_ && !Grow(size)) return false;
    size_ = size;
    return true;
  }
  bool Append(Bytes bytes) {
    const size_t before = size_;
    // Doubling: many small pieces must not be copied many times.
    if (before + bytes.size > capacity_ && !Grow(std::max(before + bytes.size, 2 * capacity_))) {
      return false;
    }
    if (bytes.size > 0) memcpy(data_ + before, bytes.data, bytes.size);
    size_ = before + bytes.size;
    return true;
  }
  // Forgets the contents and keeps the memory.
  void Clear() {
    Wipe(data_, size_);
    size_ = 0;
  }
  void Reset() {
    if (data_ != nullptr) Wipe(data_, capacity_);
    std::free(data_);
    data_ = nullptr;
    size_ = capacity_ = 0;
  }

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  Bytes bytes() const { return {data_, size_}; }

 private:
  bool Grow(size_t capacity) {
    auto* grown = static_cast<uint8_t*>(std::malloc(capacity));
    if (grown == nullptr) return false;
    AdviseHugePages(grown, capacity);
    if (size_ > 0) memcpy(grown, data_, size_);
    const size_t size = size_;
    Reset();
    data_ = grown;
    size_ = size;
    capacity_ = capacity;
    return true;
  }

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_HEAP_BYTES_H_
