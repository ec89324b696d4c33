// HMAC, HKDF, KBKDF and Argon2id for the driver. Sizes and costs are big-endian numbers.
#include <algorithm>

#include "../core/argon2id.h"
#include "../core/hkdf.h"
#include "../core/hmac.h"
#include "../core/kbkdf.h"
#include "../core/openssl_runtime.h"
#include "core_driver.h"

namespace keystead::driver {

namespace {

// Larger outputs are nothing that a vector asks for.
constexpr size_t kMaxOutputBytes = 1 << 20;

Status SizeOutput(const Octets& size, Octets* out) {
  if (Number(size) > kMaxOutputBytes) return Status::kInvalidArgument;
  out->resize(Number(size));
  return Status::kOk;
}

// key, message
template <typename Hash>
Status ComputeHmac(const Arguments& in, Octets* out) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  HmacKey<Hash> key;
  HmacState<Hash> state;
  out->resize(Hash::kDigestBytes);
  HmacInit<Hash>(View(in[0]), &key);
  const Bytes message = View(in[1]);
  HmacCompute<Hash>(key, &message, 1, &state, out->data());
  return Status::kOk;
}

// key, message, size of the pieces that it comes in: 0 is a first, empty one and then all of it
template <typename Hash>
Status ComputeHmacOfPieces(const Arguments& in, Octets* out) {
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  HmacKey<Hash> key;
  HmacState<Hash> state;
  out->resize(Hash::kDigestBytes);
  HmacInit<Hash>(View(in[0]), &key);
  std::vector<Bytes> pieces;
  const size_t size = Number(in[2]);
  Bytes rest = View(in[1]);
  if (size == 0) pieces.push_back({rest.data, 0});
  while (rest.size > 0) {
    const size_t taken = size == 0 ? rest.size : std::min(size, rest.size);
    pieces.push_back({rest.data, taken});
    rest = {rest.data + taken, rest.size - taken};
  }
  HmacCompute<Hash>(key, pieces.data(), pieces.size(), &state, out->data());
  return Status::kOk;
}

// input key, salt, info, size
template <typename Hash>
Status DeriveHkdf(const Arguments& in, Octets* out) {
  KEYSTEAD_RETURN_IF_ERROR(SizeOutput(in[3], out));
  return Hkdf<Hash>(View(in[0]), View(in[1]), View(in[2]), MutableView(out));
}

// key, fixed input, size
Status DeriveKbkdf(const Arguments& in, Octets* out) {
  KEYSTEAD_RETURN_IF_ERROR(SizeOutput(in[2], out));
  HmacKey<Sha256> key;
  HmacState<Sha256> state;
  HmacInit<Sha256>(View(in[0]), &key);
  const Bytes fixed_input = View(in[1]);
  return KbkdfCounter(key, &fixed_input, 1, &state, MutableView(out));
}

// passphrase, salt, secret, associated data, memory (KiB), passes, lanes, size
Status DeriveArgon2id(const Arguments& in, Octets* out) {
  KEYSTEAD_RETURN_IF_ERROR(SizeOutput(in[7], out));
  const Argon2idCost cost = {Number(in[4]), Number(in[5]), Number(in[6])};
  if (in[2].empty() && in[3].empty()) {
    return Argon2id(View(in[0]), View(in[1]), cost, MutableView(out));
  }
  return Argon2idKeyed(View(in[0]), View(in[1]), View(in[2]), View(in[3]), cost, MutableView(out));
}

}  // namespace

const std::vector<Operation>& DerivationOperations() {
  static const auto* table = new std::vector<Operation>{
      {"hmac_sha224", {kAny, kAny}, ComputeHmac<Sha224>},
      {"hmac_sha256", {kAny, kAny}, ComputeHmac<Sha256>},
      {"hmac_sha384", {kAny, kAny}, ComputeHmac<Sha384>},
      {"hmac_sha512", {kAny, kAny}, ComputeHmac<Sha512>},
      {"hmac_pieces_sha224", {kAny, kAny, 4}, ComputeHmacOfPieces<Sha224>},
      {"hmac_pieces_sha256", {kAny, kAny, 4}, ComputeHmacOfPieces<Sha256>},
      {"hmac_pieces_sha384", {kAny, kAny, 4}, ComputeHmacOfPieces<Sha384>},
      {"hmac_pieces_sha512", {kAny, kAny, 4}, ComputeHmacOfPieces<Sha512>},
      {"hkdf_sha256", {kAny, kAny, kAny, 4}, DeriveHkdf<Sha256>},
      {"hkdf_sha384", {kAny, kAny, kAny, 4}, DeriveHkdf<Sha384>},
      {"hkdf_sha512", {kAny, kAny, kAny, 4}, DeriveHkdf<Sha512>},
      {"kbkdf_hmac_sha256", {kAny, kAny, 4}, DeriveKbkdf},
      {"argon2id", {kAny, kAny, kAny, kAny, 4, 4, 4, 4}, DeriveArgon2id},
  };
  return *table;
}

}  // namespace keystead::driver
