#include "access_key.h"

#include <cstring>

#include "base64.h"
#include "openssl_runtime.h"
#include "random_pool.h"
#include "wipe.h"

namespace keystead {

namespace {

// With its terminating zero byte, which separates it from the id.
constexpr char kAccessKeyLabel[] = "keystead/access-key/v1";
constexpr size_t kRandomBytes = kSecretAccessKeyBytes / 4 * 3;

bool IsInRange(size_t size, size_t max) { return size >= 1 && size <= max; }

// The associated data of a wrapped secret.
struct AccessKeyAad {
  uint8_t bytes[sizeof(kAccessKeyLabel) + kMaxAccessKeyIdBytes];
  size_t size;

  explicit AccessKeyAad(Bytes id) : size(sizeof(kAccessKeyLabel) + id.size) {
    memcpy(bytes, kAccessKeyLabel, sizeof(kAccessKeyLabel));
    memcpy(bytes + sizeof(kAccessKeyLabel), id.data, id.size);
  }
  Bytes view() const { return {bytes, size}; }
};

}  // namespace

Status CreateSecretAccessKey(const RootKey& root, Bytes id, uint8_t* secret, uint8_t* wrapped) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  SecureBuffer random(kRandomBytes);
  if (!random.ok()) return Status::kSecureMemory;
  KEYSTEAD_RETURN_IF_ERROR(RandomKeyBytes(random.mutable_bytes()));
  WipeOnReturn wipe({secret, kSecretAccessKeyBytes});
  EncodeBase64(random.bytes(), secret);
  KEYSTEAD_RETURN_IF_ERROR(WrapSecretAccessKey(root, id, {secret, kSecretAccessKeyBytes}, wrapped));
  wipe.Keep();
  return Status::kOk;
}

Status WrapSecretAccessKey(const RootKey& root, Bytes id, Bytes secret, uint8_t* wrapped) {
  if (!IsInRange(id.size, kMaxAccessKeyIdBytes) ||
      !IsInRange(secret.size, kMaxSecretAccessKeyBytes)) {
    return Status::kInvalidArgument;
  }
  return SealBox(root.access_key_key(), AccessKeyAad(id).view(), secret, wrapped);
}

Status UnwrapSecretAccessKey(const RootKey& root, Bytes id, Bytes wrapped, SecureBuffer* secret) {
  if (!IsInRange(id.size, kMaxAccessKeyIdBytes)) return Status::kInvalidArgument;
  if (!IsWrappedSecretSize(wrapped.size)) return Status::kDecryptionFailed;
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  SecureBuffer opened(wrapped.size - kBoxOverheadBytes);
  if (!opened.ok()) return Status::kSecureMemory;
  KEYSTEAD_RETURN_IF_ERROR(
      OpenBox(root.access_key_key(), AccessKeyAad(id).view(), wrapped, opened.data()));
  *secret = std::move(opened);
  return Status::kOk;
}

Status RewrapSecretAccessKey(const RootKey& from, const RootKey& to, Bytes id, Bytes wrapped,
                             uint8_t* rewrapped) {
  SecureBuffer secret;
  KEYSTEAD_RETURN_IF_ERROR(UnwrapSecretAccessKey(from, id, wrapped, &secret));
  return WrapSecretAccessKey(to, id, secret.bytes(), rewrapped);
}

}  // namespace keystead
