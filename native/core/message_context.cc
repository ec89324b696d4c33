#include "message_context.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "big_endian.h"

namespace keystead {

namespace {

constexpr char kPublicKeyName[] = "aws-crypto-public-key";
constexpr size_t kLengthBytes = 2;

int Compare(Bytes a, Bytes b) {
  const size_t shared = std::min(a.size, b.size);
  const int order = shared == 0 ? 0 : memcmp(a.data, b.data, shared);
  if (order != 0 || a.size == b.size) return order;
  return a.size < b.size ? -1 : 1;
}

bool IsPublicKeyName(Bytes key) {
  return Compare(key, {reinterpret_cast<const uint8_t*>(kPublicKeyName),
                       sizeof(kPublicKeyName) - 1}) == 0;
}

// A field with its length before it. False when it does not fit into what is left.
bool TakeField(Bytes* rest, Bytes* field) {
  if (rest->size < kLengthBytes) return false;
  const size_t size = LoadU16Be(rest->data);
  if (rest->size - kLengthBytes < size) return false;
  *field = {rest->data + kLengthBytes, size};
  *rest = {field->data + size, rest->size - kLengthBytes - size};
  return true;
}

// Contexts that are not sorted are rare and old: only they are sorted here.
Status CheckUnsortedKeys(Bytes pairs, size_t count) {
  const std::unique_ptr<Bytes[]> keys(new (std::nothrow) Bytes[count]);
  if (keys == nullptr) return Status::kOutOfMemory;
  Bytes value;
  for (size_t i = 0; i < count; ++i) {
    if (!TakeField(&pairs, &keys[i]) || !TakeField(&pairs, &value)) {
      return Status::kMalformedMessage;
    }
  }
  const auto less = [](Bytes a, Bytes b) { return Compare(a, b) < 0; };
  const auto same = [](Bytes a, Bytes b) { return Compare(a, b) == 0; };
  std::sort(keys.get(), keys.get() + count, less);
  const bool repeats =
      std::adjacent_find(keys.get(), keys.get() + count, same) != keys.get() + count;
  return repeats ? Status::kMalformedMessage : Status::kOk;
}

}  // namespace

Status CheckMessageContext(Bytes context, Bytes* public_key) {
  *public_key = {};
  if (context.size == 0) return Status::kOk;
  if (context.size < kLengthBytes || context.size > kMaxMessageContextBytes) {
    return Status::kMalformedMessage;
  }
  const size_t count = LoadU16Be(context.data);
  const Bytes pairs = {context.data + kLengthBytes, context.size - kLengthBytes};
  Bytes rest = pairs;
  Bytes previous;
  bool sorted = true;
  for (size_t i = 0; i < count; ++i) {
    Bytes key;
    Bytes value;
    if (!TakeField(&rest, &key) || !TakeField(&rest, &value)) return Status::kMalformedMessage;
    if (i > 0 && Compare(previous, key) >= 0) sorted = false;
    if (IsPublicKeyName(key)) *public_key = value;
    previous = key;
  }
  if (count == 0 || rest.size != 0) return Status::kMalformedMessage;
  return sorted ? Status::kOk : CheckUnsortedKeys(pairs, count);
}

}  // namespace keystead
