// AES-KWP: sizes and refusals.
#include "../core/aes_kwp.h"

#include "core_test.h"
#include "sample_bytes.h"

namespace keystead::test {
namespace {

const Octets kKey = SampleBytes(32);

Octets Wrap(const Octets& plaintext) {
  Octets wrapped(AesKwpWrappedSize(plaintext.size()));
  EXPECT(AesKwpWrap(kKey.data(), View(plaintext), wrapped.data()) == Status::kOk);
  return wrapped;
}

KEYSTEAD_TEST(AesKwpUnwrapsEverySize) {
  for (size_t size = 1; size <= 300; ++size) {
    const Octets plaintext = SampleBytes(size);
    const Octets wrapped = Wrap(plaintext);
    Octets out(wrapped.size() - 8);
    size_t out_size = 0;
    EXPECT(AesKwpUnwrap(kKey.data(), View(wrapped), out.data(), &out_size) == Status::kOk);
    out.resize(out_size);
    EXPECT(out == plaintext);
  }
}

KEYSTEAD_TEST(AesKwpTakesTheLargestSize) {
  const Octets plaintext = SampleBytes(kAesKwpMaxPlaintextBytes);
  const Octets wrapped = Wrap(plaintext);
  Octets out(plaintext.size());
  size_t out_size = 0;
  EXPECT(AesKwpUnwrap(kKey.data(), View(wrapped), out.data(), &out_size) == Status::kOk);
  EXPECT(out_size == plaintext.size() && out == plaintext);
}

KEYSTEAD_TEST(AesKwpRefusesEveryChangedBit) {
  for (const size_t size : {size_t{5}, size_t{8}, size_t{32}}) {
    const Octets wrapped = Wrap(SampleBytes(size));
    for (size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
      Octets changed = wrapped;
      changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      Octets out(wrapped.size() - 8);
      size_t out_size = 0;
      EXPECT(AesKwpUnwrap(kKey.data(), View(changed), out.data(), &out_size) ==
             Status::kDecryptionFailed);
      EXPECT(IsAllZero(out.data(), out.size()));
    }
  }
}

KEYSTEAD_TEST(AesKwpRefusesEveryOtherSize) {
  const Octets wrapped = Wrap(SampleBytes(32));
  Octets out(wrapped.size());
  size_t out_size = 0;
  for (size_t size = 0; size < wrapped.size(); ++size) {
    EXPECT(AesKwpUnwrap(kKey.data(), {wrapped.data(), size}, out.data(), &out_size) ==
           Status::kDecryptionFailed);
  }
  const Bytes too_long = {wrapped.data(), AesKwpWrappedSize(kAesKwpMaxPlaintextBytes) + 8};
  EXPECT(AesKwpUnwrap(kKey.data(), too_long, out.data(), &out_size) == Status::kDecryptionFailed);
}

}  // namespace
}  // namespace keystead::test
