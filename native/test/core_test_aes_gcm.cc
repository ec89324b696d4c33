// AES-256-GCM: slices, aliasing, and what a failure leaves behind.
#include "../core/aes_gcm.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

#include "../core/openssl_ptr.h"
#include "../core/thread_context.h"
#include "core_test.h"
#include "sample_bytes.h"

namespace keystead::test {
namespace {

// Around the AES block, the 8-block and the 16-block loops of AES-NI and VAES, and a page.
constexpr size_t kSizes[] = {0,   1,   15,  16,  17,  31,  32,   33,   63,   64,   65,
                             127, 128, 129, 255, 256, 257, 1023, 1024, 4095, 4096, 4097};

const Octets kKey = SampleBytes(kAes256KeyBytes);
const Octets kIv = SampleBytes(kAesGcmIvBytes, 100);
const Octets kAad = SampleBytes(37, 200);

Octets Seal(const Octets& plaintext) {
  Octets sealed(plaintext.size() + kAesGcmTagBytes);
  EXPECT(AesGcmSeal(kKey.data(), kIv.data(), {View(kAad), {}}, View(plaintext), sealed.data()) ==
         Status::kOk);
  return sealed;
}

Status Open(const Octets& sealed, uint8_t* out) {
  return AesGcmOpen(kKey.data(), kIv.data(), {View(kAad), {}}, View(sealed), out);
}

KEYSTEAD_TEST(AesGcmOpensWhatItSealed) {
  for (const size_t size : kSizes) {
    const Octets plaintext = SampleBytes(size);
    const Octets sealed = Seal(plaintext);
    Octets opened(size);
    EXPECT(Open(sealed, opened.data()) == Status::kOk);
    EXPECT(opened == plaintext);
  }
}

KEYSTEAD_TEST(AesGcmWorksInPlace) {
  for (const size_t size : kSizes) {
    const Octets plaintext = SampleBytes(size);
    Octets memory = plaintext;
    memory.resize(size + kAesGcmTagBytes);
    EXPECT(AesGcmSeal(kKey.data(), kIv.data(), {View(kAad), {}}, {memory.data(), size},
                      memory.data()) == Status::kOk);
    EXPECT(memory == Seal(plaintext));
    EXPECT(Open(memory, memory.data()) == Status::kOk);
    memory.resize(size);
    EXPECT(memory == plaintext);
  }
}

KEYSTEAD_TEST(AesGcmAuthenticatesTheConcatenationOfBothAads) {
  const Octets plaintext = SampleBytes(50);
  const Octets sealed = Seal(plaintext);
  for (size_t split = 0; split <= kAad.size(); ++split) {
    Octets opened(plaintext.size());
    const AesGcmAad aad = {{kAad.data(), split}, {kAad.data() + split, kAad.size() - split}};
    EXPECT(AesGcmOpen(kKey.data(), kIv.data(), aad, View(sealed), opened.data()) == Status::kOk);
  }
}

KEYSTEAD_TEST(AesGcmInSlicesGivesTheSameBytes) {
  const Octets plaintext = SampleBytes(1000);
  const Octets sealed = Seal(plaintext);
  const CipherCtxPtr context(NewAesGcmContext());
  ASSERT(context != nullptr);
  for (const size_t slice : {size_t{1}, size_t{16}, size_t{17}, size_t{300}, size_t{1000}}) {
    Octets out(sealed.size());
    EXPECT(AesGcmStart(context.get(), AesGcmDirection::kEncrypt, kKey.data(), kIv.data(),
                       {View(kAad), {}}) == Status::kOk);
    for (size_t done = 0; done < plaintext.size(); done += slice) {
      const size_t size = std::min(slice, plaintext.size() - done);
      EXPECT(AesGcmUpdate(context.get(), {plaintext.data() + done, size}, out.data() + done) ==
             Status::kOk);
    }
    EXPECT(AesGcmFinishSeal(context.get(), out.data() + plaintext.size()) == Status::kOk);
    EXPECT(out == sealed);
  }
}

KEYSTEAD_TEST(AesGcmRefusesEveryChangedBitAndWipesTheOutput) {
  const Octets sealed = Seal(SampleBytes(40));
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Octets changed = sealed;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    Octets out(40, 0xA5);
    EXPECT(Open(changed, out.data()) == Status::kDecryptionFailed);
    EXPECT(IsAllZero(out.data(), out.size()));
  }
}

KEYSTEAD_TEST(AesGcmRefusesEveryShorterMessage) {
  const Octets sealed = Seal(SampleBytes(40));
  for (size_t size = 0; size < sealed.size(); ++size) {
    Octets out(40);
    EXPECT(Open(Octets(sealed.begin(), sealed.begin() + static_cast<ptrdiff_t>(size)),
                out.data()) == Status::kDecryptionFailed);
    EXPECT(IsAllZero(out.data(), out.size()));
  }
}

KEYSTEAD_TEST(AesGcmRefusesMoreThanGcmAllows) {
  uint8_t nothing = 0;
  const Bytes too_much = {&nothing, kAesGcmMaxPlaintextBytes + 1};
  EXPECT(AesGcmSeal(kKey.data(), kIv.data(), {}, too_much, &nothing) == Status::kInvalidArgument);
  const Bytes too_much_sealed = {&nothing, kAesGcmMaxPlaintextBytes + kAesGcmTagBytes + 1};
  EXPECT(AesGcmOpen(kKey.data(), kIv.data(), {}, too_much_sealed, &nothing) ==
         Status::kDecryptionFailed);
}

// EVP counts in int: a message above the largest single update, in the soak runs only.
KEYSTEAD_TEST(AesGcmSpansSeveralUpdates) {
  if (std::getenv("KEYSTEAD_SOAK") == nullptr) return;
  constexpr size_t kSize = (size_t{1} << 30) + 100;
  void* memory = mmap(nullptr, kSize + kAesGcmTagBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT(memory != MAP_FAILED);
  auto* bytes = static_cast<uint8_t*>(memory);
  EXPECT(AesGcmSeal(kKey.data(), kIv.data(), {}, {bytes, kSize}, bytes) == Status::kOk);
  // The counter block of the last bytes tells that the second update went on where the first ended.
  EXPECT(!IsAllZero(bytes + kSize - 100, 100));
  EXPECT(AesGcmOpen(kKey.data(), kIv.data(), {}, {bytes, kSize + kAesGcmTagBytes}, bytes) ==
         Status::kOk);
  EXPECT(IsAllZero(bytes, kSize));
}

}  // namespace
}  // namespace keystead::test
