// HKDF over arbitrary sizes: the output for a size is the beginning of the output for a larger one
// (RFC 5869 §2.3); and HMAC of pieces is HMAC of their concatenation.
#include "../core/hkdf.h"
#include "../core/hmac.h"
#include "fuzz_input.h"

namespace keystead::fuzz {

namespace {

template <typename Hash>
void CheckHkdf(const Octets& key, const Octets& salt, const Octets& info, size_t size) {
  constexpr size_t kMaxBytes = 255 * Hash::kDigestBytes;
  Octets out(size);
  const Status status = Hkdf<Hash>(View(key), View(salt), View(info), MutableView(&out));
  Require((status == Status::kOk) == (size >= 1 && size <= kMaxBytes));
  if (status != Status::kOk) return;
  Octets longest(kMaxBytes);
  Require(Hkdf<Hash>(View(key), View(salt), View(info), MutableView(&longest)) == Status::kOk);
  Require(std::equal(out.begin(), out.end(), longest.begin()));
}

template <typename Hash>
Octets Hmac(const Octets& key, const std::vector<Bytes>& pieces) {
  HmacKey<Hash> hmac;
  HmacState<Hash> state;
  HmacInit<Hash>(View(key), &hmac);
  Octets mac(Hash::kDigestBytes);
  HmacCompute<Hash>(hmac, pieces.data(), pieces.size(), &state, mac.data());
  return mac;
}

template <typename Hash>
void CheckHmac(const Octets& key, const Octets& message, size_t split) {
  const size_t first = std::min(split, message.size());
  const std::vector<Bytes> pieces = {{message.data(), first},
                                     {message.data() + first, message.size() - first}};
  Require(Hmac<Hash>(key, {View(message)}) == Hmac<Hash>(key, pieces));
}

template <typename Hash>
void Check(const Octets& key, const Octets& salt, const Octets& info, size_t size) {
  CheckHkdf<Hash>(key, salt, info, size);
  CheckHmac<Hash>(key, info, size);
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead;
  using namespace keystead::fuzz;
  FuzzInput input(data, size);
  const size_t output_size = input.TakeNumber();
  const Octets salt = input.Take(input.TakeNumber());
  const Octets key = input.Take(input.TakeNumber());
  const Octets info = input.TakeRest();
  Check<Sha256>(key, salt, info, output_size);
  Check<Sha384>(key, salt, info, output_size);
  Check<Sha512>(key, salt, info, output_size);
  return 0;
}
