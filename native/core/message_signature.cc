#include "message_signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstring>

#include "big_endian.h"
#include "openssl_runtime.h"
#include "process_guard.h"

namespace keystead {

namespace {

constexpr size_t kP384PointBytes = 49;  // compressed
constexpr size_t kP256PointBytes = 33;
constexpr size_t kBase64Quantum = 4;

// n of P-384 (SEC 2 §2.5.1): with (r, s), (r, n - s) is a signature too.
constexpr char kP384Order[] =
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52"
    "973";

using SignaturePtr = std::unique_ptr<ECDSA_SIG, OpenSslDeleter<ECDSA_SIG, ECDSA_SIG_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, OpenSslDeleter<BIGNUM, BN_free>>;

struct Scheme {
  const char* curve;
  size_t point_bytes;
};

Scheme SchemeOf(MessageSignature signature) {
  if (signature == MessageSignature::kP256Sha256) return {"P-256", kP256PointBytes};
  return {"P-384", kP384PointBytes};
}

// Strict: the one encoding of that many bytes.
bool DecodePoint(Bytes text, size_t size, uint8_t* point) {
  const size_t quanta = (size + 2) / 3;
  if (text.size != quanta * kBase64Quantum) return false;
  uint8_t decoded[kP384PointBytes + 2];
  uint8_t again[kPublicKeyTextBytes + 1];
  if (EVP_DecodeBlock(decoded, text.data, static_cast<int>(text.size)) !=
      static_cast<int>(quanta * 3)) {
    return false;
  }
  EVP_EncodeBlock(again, decoded, static_cast<int>(size));
  memcpy(point, decoded, size);
  return memcmp(again, text.data, text.size) == 0;
}

// Null, with the reason in OpenSSL's queue, for a point that is not on the curve.
PkeyPtr PublicKey(const Scheme& scheme, uint8_t* point) {
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(scheme.curve),
                                       0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, scheme.point_bytes),
      OSSL_PARAM_construct_end()};
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    return nullptr;
  }
  return PkeyPtr(key);
}

Status SignDer(EVP_PKEY* pair, Bytes digest, uint8_t* der, size_t* size) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, pair, nullptr));
  *size = kMaxSignatureBytes;
  if (context == nullptr || EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_sign(context.get(), der, size, digest.data, digest.size) != 1) {
    return OpenSslFailure();
  }
  return Status::kOk;
}

// Replaces s by n - s, which changes whether its DER form begins with a zero octet.
Status NegateS(uint8_t* der, size_t* size) {
  const uint8_t* in = der;
  const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(*size)));
  BIGNUM* parsed = nullptr;
  if (signature == nullptr || BN_hex2bn(&parsed, kP384Order) == 0) return OpenSslFailure();
  NumberPtr s(parsed);
  NumberPtr r(BN_dup(ECDSA_SIG_get0_r(signature.get())));
  if (r == nullptr || BN_sub(s.get(), s.get(), ECDSA_SIG_get0_s(signature.get())) != 1) {
    return OpenSslFailure();
  }
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());
  uint8_t* out = der;
  const int written = i2d_ECDSA_SIG(signature.get(), &out);
  *size = static_cast<size_t>(std::max(written, 0));
  return written > 0 ? Status::kOk : OpenSslFailure();
}

}  // namespace

MessageHash::MessageHash(MessageSignature signature)
    : is_sha256_(signature == MessageSignature::kP256Sha256) {
  if (is_sha256_) {
    Sha256::Init(&sha256_);
  } else {
    Sha384::Init(&sha384_);
  }
}

void MessageHash::Update(Bytes bytes) {
  if (is_sha256_) {
    Sha256::Update(&sha256_, bytes);
  } else {
    Sha384::Update(&sha384_, bytes);
  }
}

size_t MessageHash::Final(uint8_t* digest) {
  if (is_sha256_) {
    Sha256::Final(&sha256_, digest);
    return Sha256::kDigestBytes;
  }
  Sha384::Final(&sha384_, digest);
  return Sha384::kDigestBytes;
}

MessageSigningKey::~MessageSigningKey() {
  if (IsForkedChild()) static_cast<void>(pair_.release());
}

Status MessageSigningKey::Generate(MessageSigningKey* key) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  const ClearErrorQueueOnReturn clear_errors;
  key->pair_.reset(EVP_EC_gen("P-384"));
  return key->pair_ == nullptr ? OpenSslFailure() : Status::kOk;
}

Status MessageSigningKey::PublicKeyText(uint8_t* text) const {
  const ClearErrorQueueOnReturn clear_errors;
  uint8_t x[kP384PointBytes - 1];
  uint8_t point[kP384PointBytes];
  BIGNUM* x_parsed = nullptr;
  BIGNUM* y_parsed = nullptr;
  const bool got = EVP_PKEY_get_bn_param(pair_.get(), OSSL_PKEY_PARAM_EC_PUB_X, &x_parsed) == 1 &&
                   EVP_PKEY_get_bn_param(pair_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, &y_parsed) == 1;
  const NumberPtr x_number(x_parsed);
  const NumberPtr y_number(y_parsed);
  if (!got || BN_bn2binpad(x_number.get(), x, sizeof(x)) != static_cast<int>(sizeof(x))) {
    return OpenSslFailure();
  }
  point[0] = BN_is_odd(y_number.get()) ? 0x03 : 0x02;  // SEC 1 §2.3.3
  memcpy(point + 1, x, sizeof(x));
  uint8_t encoded[kPublicKeyTextBytes + 1];
  EVP_EncodeBlock(encoded, point, sizeof(point));
  memcpy(text, encoded, kPublicKeyTextBytes);
  return Status::kOk;
}

Status MessageSigningKey::SignFooter(MessageHash* hash, uint8_t* footer) const {
  const ClearErrorQueueOnReturn clear_errors;
  uint8_t digest[Sha384::kDigestBytes];
  const Bytes signed_bytes = {digest, hash->Final(digest)};
  uint8_t der[kMaxSignatureBytes];
  size_t size = 0;
  // One in some 128 signatures has an r or s that is shorter by a whole octet: another is made.
  do {
    KEYSTEAD_RETURN_IF_ERROR(SignDer(pair_.get(), signed_bytes, der, &size));
    if (size != kWrittenSignatureBytes) KEYSTEAD_RETURN_IF_ERROR(NegateS(der, &size));
  } while (size != kWrittenSignatureBytes);
  StoreU16Be(kWrittenSignatureBytes, footer);
  memcpy(footer + 2, der, kWrittenSignatureBytes);
  return Status::kOk;
}

Status VerifyMessageSignature(MessageSignature scheme, Bytes public_key, MessageHash* hash,
                              Bytes signature) {
  const ClearErrorQueueOnReturn clear_errors;
  const Scheme used = SchemeOf(scheme);
  uint8_t point[kP384PointBytes];
  if (!DecodePoint(public_key, used.point_bytes, point)) return Status::kDecryptionFailed;
  const PkeyPtr key = PublicKey(used, point);
  if (key == nullptr) return Status::kDecryptionFailed;
  uint8_t digest[Sha384::kDigestBytes];
  const size_t digest_bytes = hash->Final(digest);
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return OpenSslFailure();
  return EVP_PKEY_verify(context.get(), signature.data, signature.size, digest, digest_bytes) == 1
             ? Status::kOk
             : Status::kDecryptionFailed;
}

}  // namespace keystead
