// KmsKey::Open over arbitrary key ids, key material ids and wrapped key material, and over its own
// with one bit changed.
#include "fuzz_input.h"
#include "fuzz_store.h"

namespace keystead::fuzz {

namespace {

KeyId TakeKeyId(FuzzInput* input) {
  const Octets kind = input->TakeExactly(1);
  const Octets bytes = input->TakeExactly(kKeyIdBytes);
  KeyId id = {static_cast<KeyIdKind>(kind[0] & 1), {}};
  std::copy(bytes.begin(), bytes.end(), id.bytes);
  return id;
}

void OpenOwn(const KeyId& id, size_t choice) {
  KmsKey made;
  KmsKey opened;
  Octets material_id(kKeyMaterialIdBytes);
  Octets wrapped(kWrappedKeyMaterialBytes);
  Require(KmsKey::Create(FuzzRootKey(), id, material_id.data(), wrapped.data(), &made) ==
          Status::kOk);
  Require(KmsKey::Open(FuzzRootKey(), id, material_id.data(), View(wrapped), &opened) ==
          Status::kOk);
  const Octets changed = WithChangedBit(wrapped, choice);
  const Octets changed_id = WithChangedBit(material_id, choice);
  Require(KmsKey::Open(FuzzRootKey(), id, material_id.data(), View(changed), &opened) ==
          Status::kDecryptionFailed);
  Require(KmsKey::Open(FuzzRootKey(), id, changed_id.data(), View(wrapped), &opened) ==
          Status::kDecryptionFailed);
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead;
  using namespace keystead::fuzz;
  FuzzInput input(data, size);
  const KeyId id = TakeKeyId(&input);
  const Octets material_id = input.TakeExactly(kKeyMaterialIdBytes);
  const Octets wrapped = input.TakeRest();
  KmsKey key;
  const Status status = KmsKey::Open(FuzzRootKey(), id, material_id.data(), View(wrapped), &key);
  Require(status == Status::kOk || status == Status::kDecryptionFailed);
  OpenOwn(id, size * 7919);
  return 0;
}
