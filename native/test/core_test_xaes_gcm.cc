// XAES-256-GCM and the box: aliasing, refusals, and scratch that is wiped.
#include "../core/xaes_gcm.h"

#include <cstring>

#include "../core/openssl_ptr.h"
#include "../core/thread_context.h"
#include "core_test.h"
#include "sample_bytes.h"

namespace keystead::test {
namespace {

const Octets kKey = SampleBytes(kAes256KeyBytes);
const Octets kNonce = SampleBytes(kXaesNonceBytes, 100);
const Octets kAad = SampleBytes(20, 200);

Octets Box(const Octets& plaintext) {
  Octets box(plaintext.size() + kBoxOverheadBytes);
  EXPECT(SealBox(kKey.data(), View(kAad), View(plaintext), box.data()) == Status::kOk);
  return box;
}

bool ScratchIsWiped() {
  ThreadContext* thread = nullptr;
  return GetThreadContext(&thread) == Status::kOk &&
         IsAllZero(thread->scratch, kThreadScratchBytes);
}

KEYSTEAD_TEST(XaesGcmWorksInPlace) {
  const Octets plaintext = SampleBytes(100);
  Octets apart(plaintext.size() + kAesGcmTagBytes);
  EXPECT(XaesGcmSeal(kKey.data(), kNonce.data(), View(kAad), View(plaintext), apart.data()) ==
         Status::kOk);
  Octets memory = plaintext;
  memory.resize(apart.size());
  EXPECT(XaesGcmSeal(kKey.data(), kNonce.data(), View(kAad), {memory.data(), plaintext.size()},
                     memory.data()) == Status::kOk);
  EXPECT(memory == apart);
  EXPECT(XaesGcmOpen(kKey.data(), kNonce.data(), View(kAad), View(memory), memory.data()) ==
         Status::kOk);
  EXPECT(std::memcmp(memory.data(), plaintext.data(), plaintext.size()) == 0);
}

KEYSTEAD_TEST(XaesGcmStartGivesTheSameBytes) {
  const Octets plaintext = SampleBytes(100);
  Octets whole(plaintext.size() + kAesGcmTagBytes);
  EXPECT(XaesGcmSeal(kKey.data(), kNonce.data(), View(kAad), View(plaintext), whole.data()) ==
         Status::kOk);
  const CipherCtxPtr context(NewAesGcmContext());
  ASSERT(context != nullptr);
  EXPECT(XaesGcmStart(context.get(), AesGcmDirection::kEncrypt, kKey.data(), kNonce.data(),
                      View(kAad)) == Status::kOk);
  Octets out(whole.size());
  EXPECT(AesGcmUpdate(context.get(), View(plaintext), out.data()) == Status::kOk);
  EXPECT(AesGcmFinishSeal(context.get(), out.data() + plaintext.size()) == Status::kOk);
  EXPECT(out == whole);
  EXPECT(ScratchIsWiped());
}

KEYSTEAD_TEST(BoxesOfOnePlaintextDiffer) {
  const Octets plaintext = SampleBytes(32);
  EXPECT(Box(plaintext) != Box(plaintext));
}

KEYSTEAD_TEST(BoxRefusesEveryChangedBitAndWipesTheOutput) {
  const Octets box = Box(SampleBytes(33));
  for (size_t bit = 0; bit < box.size() * 8; ++bit) {
    Octets changed = box;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    Octets out(33, 0xA5);
    EXPECT(OpenBox(kKey.data(), View(kAad), View(changed), out.data()) ==
           Status::kDecryptionFailed);
    EXPECT(IsAllZero(out.data(), out.size()));
  }
}

KEYSTEAD_TEST(BoxRefusesEveryShorterOneAndAnotherAad) {
  const Octets box = Box(SampleBytes(33));
  Octets out(33);
  for (size_t size = 0; size < box.size(); ++size) {
    EXPECT(OpenBox(kKey.data(), View(kAad), {box.data(), size}, out.data()) ==
           Status::kDecryptionFailed);
  }
  EXPECT(OpenBox(kKey.data(), {}, View(box), out.data()) == Status::kDecryptionFailed);
  EXPECT(IsAllZero(out.data(), out.size()));
}

KEYSTEAD_TEST(BoxLeavesNothingInTheScratch) {
  const Octets box = Box(SampleBytes(33));
  EXPECT(ScratchIsWiped());
  Octets out(33);
  EXPECT(OpenBox(kKey.data(), View(kAad), View(box), out.data()) == Status::kOk);
  EXPECT(ScratchIsWiped());
  EXPECT(OpenBox(kKey.data(), {}, View(box), out.data()) == Status::kDecryptionFailed);
  EXPECT(ScratchIsWiped());
}

}  // namespace
}  // namespace keystead::test
