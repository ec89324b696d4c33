// The key paths: every operation of the core that touches key material, over secrets. Not among
// them: Argon2id, whose memory accesses depend on the passphrase by design (RFC 9106 §3.4), and the
// end of AES-KWP's unwrapping, which goes by the size of the key data once its check value has
// verified: what comes before runs under a wrong key.
#include <cstdio>
#include <cstring>
#include <memory>

#include "../core/access_key.h"
#include "../core/aes_kwp.h"
#include "../core/audit_key.h"
#include "../core/base64.h"
#include "../core/constant_time.h"
#include "../core/hkdf.h"
#include "../core/kms_key.h"
#include "../core/message_open.h"
#include "../core/message_seal.h"
#include "../core/openssl_runtime.h"
#include "../core/root_key.h"
#include "../core/signing_key.h"
#include "../core/xaes_gcm.h"
#include "constant_time.h"
#include "sample_bytes.h"

namespace keystead::constant_time {

namespace {

using test::MutableView;
using test::Octets;
using test::SampleBytes;
using test::View;

constexpr size_t kPlaintextBytes = 100;
constexpr size_t kLongPlaintextBytes = size_t{128} * 1024;  // goes through EVP
constexpr KeyId kId = {KeyIdKind::kUuid, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

bool Expect(bool condition, const char* what) {
  if (!condition) std::fprintf(stderr, "constant_time: %s\n", what);
  return condition;
}

Octets SecretBytes(size_t size) {
  Octets octets = SampleBytes(size);
  MarkSecret(octets.data(), octets.size());
  return octets;
}

// `made` was computed from secrets; it is public from here on.
bool Publish(const Octets& made, const char* what) {
  const bool reached = Expect(IsSecret(made.data(), made.size()), what);
  MarkPublic(made.data(), made.size());
  return reached;
}

bool IsSample(Octets* opened, const char* what) {
  MarkPublic(opened->data(), opened->size());
  return Expect(*opened == SampleBytes(opened->size()), what);
}

bool RunAesGcm(size_t size) {
  const Octets key = SecretBytes(kAes256KeyBytes);
  const Octets iv = SampleBytes(kAesGcmIvBytes);
  const Octets plaintext = SecretBytes(size);
  Octets sealed(size + kAesGcmTagBytes);
  Octets opened(size);
  bool ok =
      Expect(AesGcmSeal(key.data(), iv.data(), {}, View(plaintext), sealed.data()) == Status::kOk,
             "aes_gcm seal") &&
      Publish(sealed, "aes_gcm: no mark in the output");
  ok = ok &&
       Expect(AesGcmOpen(key.data(), iv.data(), {}, View(sealed), opened.data()) == Status::kOk,
              "aes_gcm open") &&
       IsSample(&opened, "aes_gcm plaintext");
  sealed.back() ^= 1;
  return ok && Expect(AesGcmOpen(key.data(), iv.data(), {}, View(sealed), opened.data()) ==
                          Status::kDecryptionFailed,
                      "aes_gcm changed tag");
}

bool RunBox() {
  const Octets key = SecretBytes(kAes256KeyBytes);
  const Octets plaintext = SecretBytes(kPlaintextBytes);
  Octets box(kPlaintextBytes + kBoxOverheadBytes);
  Octets opened(kPlaintextBytes);
  bool ok = Expect(SealBox(key.data(), {}, View(plaintext), box.data()) == Status::kOk, "seal") &&
            Publish(box, "box: no mark in the output");
  ok = ok && Expect(OpenBox(key.data(), {}, View(box), opened.data()) == Status::kOk, "open") &&
       IsSample(&opened, "box plaintext");
  box.back() ^= 1;
  return ok &&
         Expect(OpenBox(key.data(), {}, View(box), opened.data()) == Status::kDecryptionFailed,
                "box changed tag");
}

// Everything below the root key is secret because the root key is: no mark is set by hand.
bool RunKmsKey() {
  const Octets root_key = SecretBytes(kRootKeyBytes);
  const Octets store_id = SampleBytes(kStoreIdBytes);
  const Octets context = SampleBytes(20);
  RootKey root;
  KmsKey made;
  KmsKey key;
  Octets material_id(kKeyMaterialIdBytes);
  Octets wrapped(kWrappedKeyMaterialBytes);
  if (!Expect(RootKey::Derive(root_key.data(), store_id.data(), &root) == Status::kOk,
              "root key") ||
      !Expect(IsSecret(root.wrap_key(), 2 * kAes256KeyBytes), "root key: no mark in its keys") ||
      !Expect(KmsKey::Create(root, kId, material_id.data(), wrapped.data(), &made) == Status::kOk,
              "create") ||
      !Publish(wrapped, "create: no mark in the wrapped material") ||
      !Expect(KmsKey::Open(root, kId, material_id.data(), View(wrapped), &key) == Status::kOk,
              "open")) {
    return false;
  }
  const Octets plaintext = SecretBytes(kPlaintextBytes);
  Octets blob(kPlaintextBytes + kBlobOverheadBytes);
  Octets opened(kPlaintextBytes);
  bool ok = Expect(key.Wrap(View(plaintext), View(context), blob.data()) == Status::kOk, "wrap") &&
            Expect(IsSecret(blob.data() + kBlobCommitmentOffset, kBlobCommitmentBytes),
                   "wrap: no mark in the commitment") &&
            Publish(blob, "wrap: no mark in the blob");
  ok = ok &&
       Expect(key.Unwrap(View(blob), View(context), opened.data()) == Status::kOk, "unwrap") &&
       IsSample(&opened, "unwrapped plaintext");
  Octets changed_tag = blob;
  changed_tag.back() ^= 1;
  return ok &&
         Expect(key.Unwrap(View(changed_tag), View(context), opened.data()) ==
                    Status::kDecryptionFailed,
                "unwrap, changed tag") &&
         Expect(key.Unwrap(View(blob), {}, opened.data()) == Status::kDecryptionFailed,
                "unwrap, other commitment");
}

bool RunAccessKey() {
  const Octets root_key = SecretBytes(kRootKeyBytes);
  const Octets store_id = SampleBytes(kStoreIdBytes);
  const Octets id = SampleBytes(20);
  const Octets random = SecretBytes(30);
  Octets secret(kSecretAccessKeyBytes);
  EncodeBase64(View(random), secret.data());
  RootKey root;
  Octets wrapped(kSecretAccessKeyBytes + kBoxOverheadBytes);
  SecureBuffer unwrapped;
  SigningKey key;
  const SigningScope scope = {View(id), View(id), View(id)};
  const Octets signature = SampleBytes(kSignatureBytes);
  bool is_valid = true;
  return Expect(RootKey::Derive(root_key.data(), store_id.data(), &root) == Status::kOk,
                "root key of access keys") &&
         Expect(WrapSecretAccessKey(root, View(id), View(secret), wrapped.data()) == Status::kOk,
                "wrap an access key") &&
         Publish(wrapped, "access key: no mark in the wrapped secret") &&
         Expect(UnwrapSecretAccessKey(root, View(id), View(wrapped), &unwrapped) == Status::kOk,
                "unwrap an access key") &&
         Expect(IsSecret(unwrapped.data(), unwrapped.size()), "access key: no mark") &&
         Expect(SigningKey::Derive(unwrapped.bytes(), scope, &key) == Status::kOk, "signing key") &&
         Expect(key.Verify(View(id), signature.data(), &is_valid) == Status::kOk && !is_valid,
                "signature");
}

bool RunAuditKey() {
  const Octets root_key = SecretBytes(kRootKeyBytes);
  const Octets store_id = SampleBytes(kStoreIdBytes);
  RootKey root;
  Octets wrapped(kWrappedAuditKeyBytes);
  AuditKey key;
  Octets mac(kAuditMacBytes);
  return Expect(RootKey::Derive(root_key.data(), store_id.data(), &root) == Status::kOk,
                "root key of audit keys") &&
         Expect(AuditKey::Create(root, wrapped.data()) == Status::kOk, "make an audit key") &&
         Publish(wrapped, "audit key: no mark in the wrapped key") &&
         Expect(AuditKey::Open(root, View(wrapped), &key) == Status::kOk, "open an audit key") &&
         Expect(key.Mac(View(store_id), mac.data()) == Status::kOk, "mac") &&
         Publish(mac, "audit key: no mark in the mac");
}

// Frames of 50 bytes, one after the other.
bool RunMessage() {
  const Octets key = SecretBytes(kAes256KeyBytes);
  auto data_key = std::make_shared<SecureBuffer>(kAes256KeyBytes);
  memcpy(data_key->data(), key.data(), key.size());
  const Octets encrypted_data_keys = {0, 1, 0, 0, 0, 0, 0, 0};
  const MessageHeaderParts parts = {kCommittingSuite, {}, View(encrypted_data_keys), 50};
  MessageWriter writer;
  uint64_t size = 0;
  if (!Expect(MessageWriter::Create(data_key, parts, nullptr, &writer) == Status::kOk, "writer") ||
      !Expect(SealedMessageBytes(writer, kPlaintextBytes, &size) == Status::kOk, "message size")) {
    return false;
  }
  const Octets plaintext = SecretBytes(kPlaintextBytes);
  Octets message(size);
  Octets opened(kPlaintextBytes);
  JobControl control;
  ParsedMessage parsed;
  bool ok = Expect(SealMessage(writer, View(plaintext), 1, &control, message.data()) == Status::kOk,
                   "seal message") &&
            Publish(message, "message: no mark in the output") &&
            Expect(ParseMessage(View(message), MessageLimits(), &parsed) == Status::kOk, "parse");
  ok = ok &&
       Expect(OpenMessage(parsed, data_key->bytes(), {}, 1, &control, opened.data()) == Status::kOk,
              "open message") &&
       IsSample(&opened, "message plaintext");
  message[parsed.header.size - kAesGcmTagBytes - 1] ^= 1;
  return ok && Expect(OpenMessage(parsed, data_key->bytes(), {}, 1, &control, opened.data()) ==
                          Status::kDecryptionFailed,
                      "message, other commitment");
}

bool RunKeyWrap() {
  const Octets key = SecretBytes(kAes256KeyBytes);
  const Octets other_key = SecretBytes(kAes256KeyBytes + 1);
  const Octets plaintext = SecretBytes(kPlaintextBytes);
  Octets wrapped(AesKwpWrappedSize(plaintext.size()));
  Octets unwrapped(wrapped.size());
  size_t size = 0;
  return Expect(AesKwpWrap(key.data(), View(plaintext), wrapped.data()) == Status::kOk, "kwp") &&
         Publish(wrapped, "kwp: no mark in the output") &&
         Expect(AesKwpUnwrap(other_key.data() + 1, View(wrapped), unwrapped.data(), &size) ==
                    Status::kDecryptionFailed,
                "kwp, other key");
}

template <typename Hash>
bool RunHkdf() {
  const Octets key = SecretBytes(32);
  Octets out(100);
  return Expect(Hkdf<Hash>(View(key), {}, {}, MutableView(&out)) == Status::kOk, "hkdf") &&
         Publish(out, "hkdf: no mark in the output");
}

bool RunComparison() {
  const Octets a = SecretBytes(32);
  const Octets b = SecretBytes(32);
  Octets c = SampleBytes(32);
  c[31] ^= 1;
  MarkSecret(c.data(), c.size());
  return Expect(ConstantTimeEqual(View(a), View(b)), "equal") &&
         Expect(!ConstantTimeEqual(View(a), View(c)), "not equal");
}

}  // namespace

bool RunKeyPaths() {
  return Expect(EnsureStarted() == Status::kOk, "start") && RunAesGcm(kPlaintextBytes) &&
         RunAesGcm(kLongPlaintextBytes) && RunBox() && RunKmsKey() && RunMessage() &&
         RunAccessKey() && RunAuditKey() && RunKeyWrap() && RunHkdf<Sha256>() &&
         RunHkdf<Sha384>() && RunHkdf<Sha512>() && RunComparison();
}

}  // namespace keystead::constant_time
