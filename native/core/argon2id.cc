#include "argon2id.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "openssl_ptr.h"
#include "openssl_runtime.h"

namespace keystead {

namespace {

constexpr uint32_t kMinMemoryKibPerLane = 8;  // RFC 9106 §3.1
constexpr uint32_t kMaxMemoryKib = 4u * 1024 * 1024;
constexpr uint32_t kMaxPasses = 1000;
constexpr uint32_t kMaxLanes = 64;
constexpr size_t kMinOutputBytes = 4;

bool IsAcceptable(const Argon2idCost& cost) {
  return cost.lanes >= 1 && cost.lanes <= kMaxLanes && cost.passes >= 1 &&
         cost.passes <= kMaxPasses && cost.memory_kib >= kMinMemoryKibPerLane * cost.lanes &&
         cost.memory_kib <= kMaxMemoryKib;
}

// OpenSSL refuses a null pointer even where the length is zero.
OSSL_PARAM OctetParam(const char* name, Bytes value) {
  static uint8_t empty[1];
  uint8_t* data = value.size == 0 ? empty : const_cast<uint8_t*>(value.data);
  return OSSL_PARAM_construct_octet_string(name, data, value.size);
}

}  // namespace

Status Argon2idKeyed(Bytes passphrase, Bytes salt, Bytes secret, Bytes associated_data,
                     const Argon2idCost& cost, MutableBytes out) {
  if (!IsAcceptable(cost) || salt.size < kArgon2idMinSaltBytes || out.size < kMinOutputBytes) {
    return Status::kInvalidArgument;
  }
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  const ClearErrorQueueOnReturn clear_errors;
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, "ARGON2ID", nullptr));
  const KdfCtxPtr context(kdf == nullptr ? nullptr : EVP_KDF_CTX_new(kdf.get()));
  if (context == nullptr) return OpenSslFailure();
  Argon2idCost values = cost;
  OSSL_PARAM params[] = {
      OctetParam(OSSL_KDF_PARAM_PASSWORD, passphrase),
      OctetParam(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &values.passes),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_LANES, &values.lanes),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_MEMCOST, &values.memory_kib),
      OctetParam(OSSL_KDF_PARAM_SECRET, secret),
      OctetParam(OSSL_KDF_PARAM_ARGON2_AD, associated_data),
      OSSL_PARAM_construct_end(),
  };
  return EVP_KDF_derive(context.get(), out.data, out.size, params) == 1 ? Status::kOk
                                                                        : OpenSslFailure();
}

Status Argon2id(Bytes passphrase, Bytes salt, const Argon2idCost& cost, MutableBytes out) {
  return Argon2idKeyed(passphrase, salt, {}, {}, cost, out);
}

}  // namespace keystead
