#include "fuzz_store.h"

#include <cstdlib>

namespace keystead::fuzz {

namespace {

constexpr uint8_t kFirstRootKeyByte = 0x00;
constexpr uint8_t kFirstStoreIdByte = 0xa0;

void CountFrom(uint8_t first, uint8_t* out, size_t size) {
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<uint8_t>(first + i);
}

RootKey* DeriveRootKey() {
  uint8_t root_key[kRootKeyBytes];
  uint8_t store_id[kStoreIdBytes];
  CountFrom(kFirstRootKeyByte, root_key, sizeof(root_key));
  CountFrom(kFirstStoreIdByte, store_id, sizeof(store_id));
  auto* root = new RootKey();
  if (RootKey::Derive(root_key, store_id, root) != Status::kOk) std::abort();
  return root;
}

KmsKey* OpenKmsKey() {
  auto* key = new KmsKey();
  if (KmsKey::Open(FuzzRootKey(), kKeyId, kKeyMaterialId,
                   {kWrappedKeyMaterial, sizeof(kWrappedKeyMaterial)}, key) != Status::kOk) {
    std::abort();
  }
  return key;
}

}  // namespace

const RootKey& FuzzRootKey() {
  static const RootKey* root = DeriveRootKey();
  return *root;
}

const KmsKey& FuzzKmsKey() {
  static const KmsKey* key = OpenKmsKey();
  return *key;
}

}  // namespace keystead::fuzz
