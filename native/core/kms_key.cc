#include "kms_key.h"

#include <algorithm>
#include <cstring>

#include "big_endian.h"
#include "constant_time.h"
#include "kbkdf.h"
#include "openssl_runtime.h"
#include "random_pool.h"
#include "thread_context.h"
#include "wipe.h"

namespace keystead {

namespace {

// Labels with their terminating zero byte, which separates them from what follows (SP 800-108r1
// §4).
constexpr char kDataKeyLabel[] = "keystead/edk/v1";
constexpr char kKeyMaterialIdLabel[] = "keystead/key-material-id/v1";
constexpr char kKeyMaterialLabel[] = "keystead/key-material/v1";
constexpr size_t kDerivedBytes = kAes256KeyBytes + kBlobCommitmentBytes;

template <size_t N>
Bytes LabelWithZero(const char (&label)[N]) {
  return {reinterpret_cast<const uint8_t*>(label), N};
}

// What Wrap and Unwrap work with, in the thread's scratch.
struct Working {
  HmacState<Sha256> state;
  Sha256::State context_hash;
  uint8_t key_and_commitment[kDerivedBytes];
};
static_assert(sizeof(Working) <= kThreadScratchBytes, "scratch holds the derivation");

// K ‖ C of the blob whose first 64 bytes stand in `blob`.
Status DeriveKeyAndCommitment(const HmacKey<Sha256>& key, const uint8_t* blob,
                              Bytes encryption_context, Working* working) {
  uint8_t context_digest[Sha256::kDigestBytes];
  Sha256::Init(&working->context_hash);
  Sha256::Update(&working->context_hash, encryption_context);
  Sha256::Final(&working->context_hash, context_digest);
  uint8_t bits[4];
  StoreU32Be(kDerivedBytes * 8, bits);
  const Bytes fixed_input[] = {LabelWithZero(kDataKeyLabel),
                               {blob, kBlobCommitmentOffset},
                               {context_digest, sizeof(context_digest)},
                               {bits, sizeof(bits)}};
  return KbkdfCounter(key, fixed_input, 4, &working->state,
                      {working->key_and_commitment, kDerivedBytes});
}

void ComputeKeyMaterialId(const HmacKey<Sha256>& key, const KeyId& id, HmacState<Sha256>* state,
                          uint8_t* material_id) {
  const uint8_t kind = static_cast<uint8_t>(id.kind);
  const Bytes pieces[] = {LabelWithZero(kKeyMaterialIdLabel), {&kind, 1}, {id.bytes, kKeyIdBytes}};
  HmacCompute<Sha256>(key, pieces, 3, state, material_id);
}

// The associated data of wrapped key material.
struct KeyMaterialAad {
  uint8_t bytes[sizeof(kKeyMaterialLabel) + 1 + kKeyIdBytes + kKeyMaterialIdBytes];

  KeyMaterialAad(const KeyId& id, const uint8_t* material_id) {
    uint8_t* next = bytes;
    memcpy(next, kKeyMaterialLabel, sizeof(kKeyMaterialLabel));
    next += sizeof(kKeyMaterialLabel);
    *next++ = static_cast<uint8_t>(id.kind);
    memcpy(next, id.bytes, kKeyIdBytes);
    memcpy(next + kKeyIdBytes, material_id, kKeyMaterialIdBytes);
  }
  Bytes view() const { return {bytes, sizeof(bytes)}; }
};

Status NewSecrets(SecureBuffer* secrets) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  *secrets = SecureBuffer(sizeof(KmsKeySecrets));
  return secrets->ok() ? Status::kOk : Status::kSecureMemory;
}

KmsKeySecrets* View(SecureBuffer* secrets) {
  return reinterpret_cast<KmsKeySecrets*>(secrets->data());
}

}  // namespace

void KmsKey::Adopt(SecureBuffer secrets, const KeyId& id, const uint8_t* material_id) {
  secrets_ = std::move(secrets);
  blob_prefix_[0] = kBlobFormat;
  blob_prefix_[1] = kBlobSuite;
  blob_prefix_[kBlobKeyIdKindOffset] = static_cast<uint8_t>(id.kind);
  memcpy(blob_prefix_ + kBlobKeyIdOffset, id.bytes, kKeyIdBytes);
  memcpy(blob_prefix_ + kBlobKeyMaterialIdOffset, material_id, kKeyMaterialIdBytes / 2);
}

Status KmsKey::Create(const RootKey& root, const KeyId& id, uint8_t* material_id, uint8_t* wrapped,
                      KmsKey* key) {
  SecureBuffer secrets;
  KEYSTEAD_RETURN_IF_ERROR(NewSecrets(&secrets));
  KmsKeySecrets* view = View(&secrets);
  KEYSTEAD_RETURN_IF_ERROR(RandomKeyBytes({view->material, kKeyMaterialBytes}));
  HmacInit<Sha256>({view->material, kKeyMaterialBytes}, &view->derivation);
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  const WipeOnReturn wipe({thread->scratch, sizeof(HmacState<Sha256>)});
  ComputeKeyMaterialId(view->derivation, id, reinterpret_cast<HmacState<Sha256>*>(thread->scratch),
                       material_id);
  KEYSTEAD_RETURN_IF_ERROR(SealBox(root.wrap_key(), KeyMaterialAad(id, material_id).view(),
                                   {view->material, kKeyMaterialBytes}, wrapped));
  key->Adopt(std::move(secrets), id, material_id);
  return Status::kOk;
}

Status KmsKey::Open(const RootKey& root, const KeyId& id, const uint8_t* material_id, Bytes wrapped,
                    KmsKey* key) {
  if (wrapped.size != kWrappedKeyMaterialBytes) return Status::kDecryptionFailed;
  SecureBuffer secrets;
  KEYSTEAD_RETURN_IF_ERROR(NewSecrets(&secrets));
  KmsKeySecrets* view = View(&secrets);
  KEYSTEAD_RETURN_IF_ERROR(
      OpenBox(root.wrap_key(), KeyMaterialAad(id, material_id).view(), wrapped, view->material));
  HmacInit<Sha256>({view->material, kKeyMaterialBytes}, &view->derivation);
  key->Adopt(std::move(secrets), id, material_id);
  return Status::kOk;
}

Status KmsKey::Rewrap(const RootKey& from, const RootKey& to, const KeyId& id,
                      const uint8_t* material_id, Bytes wrapped, uint8_t* rewrapped) {
  if (wrapped.size != kWrappedKeyMaterialBytes) return Status::kDecryptionFailed;
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  SecureBuffer material(kKeyMaterialBytes);
  if (!material.ok()) return Status::kSecureMemory;
  const KeyMaterialAad aad(id, material_id);
  KEYSTEAD_RETURN_IF_ERROR(OpenBox(from.wrap_key(), aad.view(), wrapped, material.data()));
  return SealBox(to.wrap_key(), aad.view(), material.bytes(), rewrapped);
}

Status KmsKey::Wrap(Bytes plaintext, Bytes encryption_context, uint8_t* blob) const {
  if (plaintext.size == 0 || plaintext.size > kMaxPlaintextBytes ||
      encryption_context.size > kMaxEncryptionContextBytes) {
    return Status::kInvalidArgument;
  }
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  memcpy(blob, blob_prefix_, kBlobPrefixBytes);
  KEYSTEAD_RETURN_IF_ERROR(
      RandomNonce({blob + kBlobNonceOffset, kBlobCommitmentOffset - kBlobNonceOffset}));
  auto* working = reinterpret_cast<Working*>(thread->scratch);
  const WipeOnReturn wipe({thread->scratch, sizeof(Working)});
  const WipeVectorRegistersOnReturn wipe_registers;  // hash code keeps its state in them
  KEYSTEAD_RETURN_IF_ERROR(
      DeriveKeyAndCommitment(secrets().derivation, blob, encryption_context, working));
  memcpy(blob + kBlobCommitmentOffset, working->key_and_commitment + kAes256KeyBytes,
         kBlobCommitmentBytes);
  return AesGcmSeal(working->key_and_commitment, blob + kBlobIvOffset,
                    {{blob, kBlobHeaderBytes}, encryption_context}, plaintext,
                    blob + kBlobHeaderBytes);
}

Status KmsKey::Unwrap(Bytes blob, Bytes encryption_context, uint8_t* plaintext) const {
  if (blob.size <= kBlobOverheadBytes) return Status::kDecryptionFailed;
  WipeOnReturn wipe_plaintext({plaintext, blob.size - kBlobOverheadBytes});
  if (blob.size > kBlobOverheadBytes + kMaxPlaintextBytes ||
      encryption_context.size > kMaxEncryptionContextBytes ||
      memcmp(blob.data, blob_prefix_, kBlobPrefixBytes) != 0) {
    return Status::kDecryptionFailed;
  }
  ThreadContext* thread = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(GetThreadContext(&thread));
  auto* working = reinterpret_cast<Working*>(thread->scratch);
  const WipeOnReturn wipe({thread->scratch, sizeof(Working)});
  const WipeVectorRegistersOnReturn wipe_registers;  // hash code keeps its state in them
  KEYSTEAD_RETURN_IF_ERROR(
      DeriveKeyAndCommitment(secrets().derivation, blob.data, encryption_context, working));
  if (!ConstantTimeEqual({blob.data + kBlobCommitmentOffset, kBlobCommitmentBytes},
                         {working->key_and_commitment + kAes256KeyBytes, kBlobCommitmentBytes})) {
    return Status::kDecryptionFailed;
  }
  KEYSTEAD_RETURN_IF_ERROR(AesGcmOpen(working->key_and_commitment, blob.data + kBlobIvOffset,
                                      {{blob.data, kBlobHeaderBytes}, encryption_context},
                                      {blob.data + kBlobHeaderBytes, blob.size - kBlobHeaderBytes},
                                      plaintext));
  wipe_plaintext.Keep();
  return Status::kOk;
}

}  // namespace keystead
