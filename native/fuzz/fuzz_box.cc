// OpenBox over arbitrary boxes, apart and in place, and over boxes of its own with one bit changed.
#include "../core/xaes_gcm.h"
#include "fuzz_input.h"

namespace keystead::fuzz {

namespace {

void OpenAnything(const Octets& key, const Octets& aad, const Octets& box) {
  Octets out(box.size() < kBoxOverheadBytes ? 0 : box.size() - kBoxOverheadBytes);
  const Status status = OpenBox(key.data(), View(aad), View(box), out.data());
  Require(status == Status::kOk || (status == Status::kDecryptionFailed && IsAllZero(out)));
  if (box.size() < kBoxOverheadBytes) return;
  Octets in_place = box;
  Require(OpenBox(key.data(), View(aad), View(in_place), in_place.data() + kXaesNonceBytes) ==
          status);
  in_place.erase(in_place.begin(), in_place.begin() + kXaesNonceBytes);
  in_place.resize(out.size());
  Require(in_place == out);
}

void OpenOwn(const Octets& key, const Octets& aad, const Octets& plaintext, size_t choice) {
  Octets box(plaintext.size() + kBoxOverheadBytes);
  Require(SealBox(key.data(), View(aad), View(plaintext), box.data()) == Status::kOk);
  Octets out(plaintext.size());
  Require(OpenBox(key.data(), View(aad), View(box), out.data()) == Status::kOk);
  Require(out == plaintext);
  const Octets changed = WithChangedBit(box, choice);
  Require(OpenBox(key.data(), View(aad), View(changed), out.data()) == Status::kDecryptionFailed);
  Require(IsAllZero(out));
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead;
  using namespace keystead::fuzz;
  FuzzInput input(data, size);
  const Octets key = input.TakeExactly(kAes256KeyBytes);
  const Octets aad = input.Take(input.TakeNumber());
  const Octets rest = input.TakeRest();
  OpenAnything(key, aad, rest);
  OpenOwn(key, aad, rest, size * 7919 + aad.size());
  return 0;
}
