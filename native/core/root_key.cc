#include "root_key.h"

#include <cstring>

#include "hkdf.h"
#include "openssl_runtime.h"

namespace keystead {

namespace {

constexpr char kWrapLabel[] = "keystead/root/wrap";
constexpr char kStoreLabel[] = "keystead/root/store";
constexpr char kAccessKeyLabel[] = "keystead/root/access-key";
constexpr char kAuditLabel[] = "keystead/root/audit";

Status DeriveOne(const uint8_t* root_key, const uint8_t* store_id, const char* label,
                 uint8_t* out) {
  const Bytes info = {reinterpret_cast<const uint8_t*>(label), strlen(label)};
  return Hkdf<Sha256>({root_key, kRootKeyBytes}, {store_id, kStoreIdBytes}, info,
                      {out, kAes256KeyBytes});
}

}  // namespace

Status RootKey::Derive(const uint8_t* root_key, const uint8_t* store_id, RootKey* derived) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  SecureBuffer keys(4 * kAes256KeyBytes);
  if (!keys.ok()) return Status::kSecureMemory;
  KEYSTEAD_RETURN_IF_ERROR(DeriveOne(root_key, store_id, kWrapLabel, keys.data()));
  KEYSTEAD_RETURN_IF_ERROR(
      DeriveOne(root_key, store_id, kStoreLabel, keys.data() + kAes256KeyBytes));
  KEYSTEAD_RETURN_IF_ERROR(
      DeriveOne(root_key, store_id, kAccessKeyLabel, keys.data() + 2 * kAes256KeyBytes));
  KEYSTEAD_RETURN_IF_ERROR(
      DeriveOne(root_key, store_id, kAuditLabel, keys.data() + 3 * kAes256KeyBytes));
  derived->keys_ = std::move(keys);
  return Status::kOk;
}

}  // namespace keystead
