#include "audit_key.h"

#include "openssl_runtime.h"
#include "random_pool.h"
#include "thread_context.h"
#include "wipe.h"

namespace keystead {

namespace {

// The associated data of a wrapped audit key.
constexpr char kAuditKeyLabel[] = "keystead/audit-key/v1";

Bytes Label() { return {reinterpret_cast<const uint8_t*>(kAuditKeyLabel), sizeof(kAuditKeyLabel)}; }

Status NewKeyMemory(SecureBuffer* key) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  *key = SecureBuffer(kAuditKeyBytes);
  return key->ok() ? Status::kOk : Status::kSecureMemory;
}

Status Unwrap(const RootKey& root, Bytes wrapped, SecureBuffer* key) {
  if (wrapped.size != kWrappedAuditKeyBytes) return Status::kDecryptionFailed;
  KEYSTEAD_RETURN_IF_ERROR(NewKeyMemory(key));
  return OpenBox(root.audit_key_key(), Label(), wrapped, key->data());
}

}  // namespace

Status AuditKey::Create(const RootKey& root, uint8_t* wrapped) {
  SecureBuffer key;
  KEYSTEAD_RETURN_IF_ERROR(NewKeyMemory(&key));
  KEYSTEAD_RETURN_IF_ERROR(RandomKeyBytes(key.mutable_bytes()));
  return SealBox(root.audit_key_key(), Label(), key.bytes(), wrapped);
}

Status AuditKey::Open(const RootKey& root, Bytes wrapped, AuditKey* key) {
  SecureBuffer bytes;
  KEYSTEAD_RETURN_IF_ERROR(Unwrap(root, wrapped, &bytes));
  SecureBuffer hmac(sizeof(HmacKey<Sha256>));
  if (!hmac.ok()) return Status::kSecureMemory;
  HmacInit<Sha256>(bytes.bytes(), reinterpret_cast<HmacKey<Sha256>*>(hmac.data()));
  key->hmac_ = std::move(hmac);
  return Status::kOk;
}

Status AuditKey::Rewrap(const RootKey& from, const RootKey& to, Bytes wrapped, uint8_t* rewrapped) {
  SecureBuffer key;
  KEYSTEAD_RETURN_IF_ERROR(Unwrap(from, wrapped, &key));
  return SealBox(to.audit_key_key(), Label(), key.bytes(), rewrapped);
}

Status AuditKey::Mac(Bytes bytes, uint8_t* mac) const {
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  const WipeOnReturn wipe({thread->scratch, sizeof(HmacState<Sha256>)});
  HmacCompute<Sha256>(*reinterpret_cast<const HmacKey<Sha256>*>(hmac_.data()), &bytes, 1,
                      reinterpret_cast<HmacState<Sha256>*>(thread->scratch), mac);
  return Status::kOk;
}

}  // namespace keystead
