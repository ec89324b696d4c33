// Root keys and KMS keys for the driver. A KMS key is given as the store has it: wrapped under a
// root key.
#include <algorithm>

#include "../core/kms_key.h"
#include "../core/root_key.h"
#include "core_driver.h"

namespace keystead::driver {

namespace {

// Where the arguments of every KMS key operation stand.
enum Field { kRoot, kStoreId, kKeyIdKind, kKeyId, kMaterialId, kWrapped, kInput, kContext };

KeyId KeyIdOf(const Arguments& in) {
  KeyId id = {static_cast<KeyIdKind>(in[kKeyIdKind][0]), {}};
  std::copy(in[kKeyId].begin(), in[kKeyId].end(), id.bytes);
  return id;
}

Status OpenKey(const Arguments& in, KmsKey* key) {
  RootKey root;
  KEYSTEAD_RETURN_IF_ERROR(RootKey::Derive(in[kRoot].data(), in[kStoreId].data(), &root));
  return KmsKey::Open(root, KeyIdOf(in), in[kMaterialId].data(), View(in[kWrapped]), key);
}

// root key, store id: wrapping key, store key and access key key
Status DeriveRoot(const Arguments& in, Octets* out) {
  RootKey root;
  KEYSTEAD_RETURN_IF_ERROR(RootKey::Derive(in[kRoot].data(), in[kStoreId].data(), &root));
  out->assign(root.wrap_key(), root.wrap_key() + kAes256KeyBytes);
  out->insert(out->end(), root.store_key(), root.store_key() + kAes256KeyBytes);
  out->insert(out->end(), root.access_key_key(), root.access_key_key() + kAes256KeyBytes);
  return Status::kOk;
}

// root key, store id, key id kind, key id: material id and wrapped material
Status CreateKey(const Arguments& in, Octets* out) {
  RootKey root;
  KEYSTEAD_RETURN_IF_ERROR(RootKey::Derive(in[kRoot].data(), in[kStoreId].data(), &root));
  out->resize(kKeyMaterialIdBytes + kWrappedKeyMaterialBytes);
  KmsKey key;
  return KmsKey::Create(root, KeyIdOf(in), out->data(), out->data() + kKeyMaterialIdBytes, &key);
}

Status WrapUnderKey(const Arguments& in, Octets* out) {
  KmsKey key;
  KEYSTEAD_RETURN_IF_ERROR(OpenKey(in, &key));
  out->resize(in[kInput].size() + kBlobOverheadBytes);
  return key.Wrap(View(in[kInput]), View(in[kContext]), out->data());
}

Status UnwrapUnderKey(const Arguments& in, Octets* out) {
  KmsKey key;
  KEYSTEAD_RETURN_IF_ERROR(OpenKey(in, &key));
  const size_t size = in[kInput].size();
  out->assign(size <= kBlobOverheadBytes ? 0 : size - kBlobOverheadBytes, kCanary);
  return CheckWiped(key.Unwrap(View(in[kInput]), View(in[kContext]), out->data()), *out);
}

}  // namespace

const std::vector<Operation>& KeyOperations() {
  static const std::vector<size_t>* kms_key_sizes = new std::vector<size_t>{
      kRootKeyBytes, kStoreIdBytes, 1, kKeyIdBytes, kKeyMaterialIdBytes, kAny, kAny, kAny};
  static const auto* table = new std::vector<Operation>{
      {"root_key_derive", {kRootKeyBytes, kStoreIdBytes}, DeriveRoot},
      {"kms_key_create", {kRootKeyBytes, kStoreIdBytes, 1, kKeyIdBytes}, CreateKey},
      {"kms_key_wrap", *kms_key_sizes, WrapUnderKey},
      {"kms_key_unwrap", *kms_key_sizes, UnwrapUnderKey},
  };
  return *table;
}

}  // namespace keystead::driver
