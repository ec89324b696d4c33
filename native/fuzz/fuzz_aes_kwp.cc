// AesKwpUnwrap over arbitrary wrapped keys, and over its own with one bit changed.
#include "../core/aes_kwp.h"
#include "fuzz_input.h"

namespace keystead::fuzz {

namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kCheckBytes = 8;

Status Unwrap(const Octets& key, const Octets& wrapped, Octets* out) {
  out->assign(wrapped.size() < kCheckBytes ? 0 : wrapped.size() - kCheckBytes, 0);
  size_t size = 0;
  const Status status = AesKwpUnwrap(key.data(), View(wrapped), out->data(), &size);
  if (status == Status::kOk) out->resize(size);
  return status;
}

// What unwraps is the one wrapping of what it gives: the format is not malleable.
void UnwrapAnything(const Octets& key, const Octets& wrapped) {
  Octets out;
  const Status status = Unwrap(key, wrapped, &out);
  Require(status == Status::kOk || (status == Status::kDecryptionFailed && IsAllZero(out)));
  if (status != Status::kOk) return;
  Octets again(AesKwpWrappedSize(out.size()));
  Require(AesKwpWrap(key.data(), View(out), again.data()) == Status::kOk);
  Require(again == wrapped);
}

void UnwrapOwn(const Octets& key, const Octets& plaintext, size_t choice) {
  if (plaintext.empty() || plaintext.size() > kAesKwpMaxPlaintextBytes) return;
  Octets wrapped(AesKwpWrappedSize(plaintext.size()));
  Require(AesKwpWrap(key.data(), View(plaintext), wrapped.data()) == Status::kOk);
  Octets out;
  Require(Unwrap(key, wrapped, &out) == Status::kOk);
  Require(out == plaintext);
  Require(Unwrap(key, WithChangedBit(wrapped, choice), &out) == Status::kDecryptionFailed);
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead::fuzz;
  FuzzInput input(data, size);
  const Octets key = input.TakeExactly(kKeyBytes);
  const Octets rest = input.TakeRest();
  UnwrapAnything(key, rest);
  UnwrapOwn(key, rest, size * 7919);
  return 0;
}
