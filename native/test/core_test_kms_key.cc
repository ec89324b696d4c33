// KMS keys: what they wrap they unwrap, and nothing else.
#include "../core/kms_key.h"

#include "../core/thread_context.h"
#include "core_test.h"
#include "sample_bytes.h"

namespace keystead::test {
namespace {

constexpr size_t kSizes[] = {1,  15,  16,  17,   31,   32,   33,   47,
                             48, 255, 256, 1023, 1024, 1025, 4095, kMaxPlaintextBytes};
constexpr KeyId kId = {KeyIdKind::kUuid, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

struct Store {
  RootKey root;

  explicit Store(uint8_t first = 1) {
    const Octets root_key = SampleBytes(kRootKeyBytes, first);
    const Octets store_id = SampleBytes(kStoreIdBytes, 77);
    EXPECT(RootKey::Derive(root_key.data(), store_id.data(), &root) == Status::kOk);
  }
};

struct MadeKey {
  KmsKey key;
  uint8_t material_id[kKeyMaterialIdBytes];
  uint8_t wrapped[kWrappedKeyMaterialBytes];

  explicit MadeKey(const Store& store, const KeyId& id = kId) {
    EXPECT(KmsKey::Create(store.root, id, material_id, wrapped, &key) == Status::kOk);
  }
};

Octets Wrap(const KmsKey& key, const Octets& plaintext, const Octets& context) {
  Octets blob(plaintext.size() + kBlobOverheadBytes);
  EXPECT(key.Wrap(View(plaintext), View(context), blob.data()) == Status::kOk);
  return blob;
}

// What Unwrap leaves in an output that was never zero.
struct Unwrapped {
  Status status;
  Octets out;

  Unwrapped(const KmsKey& key, const Octets& blob, const Octets& context)
      : out(blob.size() > kBlobOverheadBytes ? blob.size() - kBlobOverheadBytes : 0, 0xA5) {
    status = key.Unwrap(View(blob), View(context), out.data());
  }
  bool Refused() const {
    return status == Status::kDecryptionFailed && IsAllZero(out.data(), out.size());
  }
};

KEYSTEAD_TEST(KmsKeyUnwrapsWhatItWrapped) {
  const Store store;
  const MadeKey made(store);
  const Octets context = SampleBytes(30, 9);
  for (const size_t size : kSizes) {
    const Octets plaintext = SampleBytes(size);
    const Unwrapped unwrapped(made.key, Wrap(made.key, plaintext, context), context);
    EXPECT(unwrapped.status == Status::kOk);
    EXPECT(unwrapped.out == plaintext);
  }
}

KEYSTEAD_TEST(KmsKeyTakesContextsUpToTheLimit) {
  const Store store;
  const MadeKey made(store);
  const Octets plaintext = SampleBytes(32);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{64}, kMaxEncryptionContextBytes}) {
    const Octets context = SampleBytes(size);
    EXPECT(Unwrapped(made.key, Wrap(made.key, plaintext, context), context).out == plaintext);
  }
}

KEYSTEAD_TEST(KmsKeyRefusesSizesOutOfRange) {
  const Store store;
  const MadeKey made(store);
  const Octets large = SampleBytes(kMaxEncryptionContextBytes + 1);
  Octets blob(large.size() + kBlobOverheadBytes);
  EXPECT(made.key.Wrap({}, {}, blob.data()) == Status::kInvalidArgument);
  EXPECT(made.key.Wrap({large.data(), kMaxPlaintextBytes + 1}, {}, blob.data()) ==
         Status::kInvalidArgument);
  EXPECT(made.key.Wrap({large.data(), 1}, View(large), blob.data()) == Status::kInvalidArgument);
}

KEYSTEAD_TEST(KmsKeyRefusesEveryChangedBitOfABlob) {
  const Store store;
  const MadeKey made(store);
  const Octets plaintext = SampleBytes(33);
  const Octets context = SampleBytes(12, 50);
  const Octets blob = Wrap(made.key, plaintext, context);
  for (size_t bit = 0; bit < blob.size() * 8; ++bit) {
    Octets changed = blob;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT(Unwrapped(made.key, changed, context).Refused());
  }
}

KEYSTEAD_TEST(KmsKeyRefusesEveryShorterAndALongerBlob) {
  const Store store;
  const MadeKey made(store);
  const Octets plaintext = SampleBytes(33);
  Octets blob = Wrap(made.key, plaintext, {});
  blob.push_back(0);
  EXPECT(Unwrapped(made.key, blob, {}).Refused());
  for (blob.pop_back(); !blob.empty();) {
    blob.pop_back();
    EXPECT(Unwrapped(made.key, blob, {}).Refused());
  }
}

KEYSTEAD_TEST(KmsKeyRefusesEveryOtherContext) {
  const Store store;
  const MadeKey made(store);
  const Octets plaintext = SampleBytes(33);
  const Octets context = SampleBytes(12, 50);
  const Octets blob = Wrap(made.key, plaintext, context);
  for (size_t bit = 0; bit < context.size() * 8; ++bit) {
    Octets changed = context;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT(Unwrapped(made.key, blob, changed).Refused());
  }
  for (const size_t size : {size_t{0}, size_t{11}, size_t{13}, kMaxEncryptionContextBytes + 1}) {
    EXPECT(Unwrapped(made.key, blob, SampleBytes(size, 50)).Refused());
  }
}

KEYSTEAD_TEST(KmsKeyRefusesBlobsOfOtherKeys) {
  const Store store;
  const MadeKey made(store);
  const MadeKey same_id(store);
  KeyId other_id = kId;
  other_id.kind = KeyIdKind::kMultiRegion;
  const MadeKey other(store, other_id);
  const Octets plaintext = SampleBytes(33);
  const Octets blob = Wrap(made.key, plaintext, {});
  EXPECT(Unwrapped(same_id.key, blob, {}).Refused());
  EXPECT(Unwrapped(other.key, blob, {}).Refused());
}

KEYSTEAD_TEST(KmsKeyOpensItsStoredMaterialAndNoOther) {
  const Store store;
  const Store other_store(2);
  const MadeKey made(store);
  const Octets plaintext = SampleBytes(33);
  const Octets blob = Wrap(made.key, plaintext, {});
  const Bytes wrapped = {made.wrapped, sizeof(made.wrapped)};
  KmsKey opened;
  EXPECT(KmsKey::Open(store.root, kId, made.material_id, wrapped, &opened) == Status::kOk);
  EXPECT(Unwrapped(opened, blob, {}).out == plaintext);
  KeyId other_id = kId;
  other_id.bytes[0] ^= 1;
  uint8_t other_material[kKeyMaterialIdBytes] = {};
  KmsKey refused;
  EXPECT(KmsKey::Open(other_store.root, kId, made.material_id, wrapped, &refused) ==
         Status::kDecryptionFailed);
  EXPECT(KmsKey::Open(store.root, other_id, made.material_id, wrapped, &refused) ==
         Status::kDecryptionFailed);
  EXPECT(KmsKey::Open(store.root, kId, other_material, wrapped, &refused) ==
         Status::kDecryptionFailed);
  EXPECT(KmsKey::Open(store.root, kId, made.material_id, {made.wrapped, wrapped.size - 1},
                      &refused) == Status::kDecryptionFailed);
}

KEYSTEAD_TEST(KmsKeyLeavesNothingInTheScratch) {
  const Store store;
  const MadeKey made(store);
  ThreadContext* thread = nullptr;
  ASSERT(GetThreadContext(&thread) == Status::kOk);
  EXPECT(IsAllZero(thread->scratch, kThreadScratchBytes));
  const Octets blob = Wrap(made.key, SampleBytes(33), {});
  EXPECT(IsAllZero(thread->scratch, kThreadScratchBytes));
  EXPECT(Unwrapped(made.key, blob, {}).status == Status::kOk);
  EXPECT(IsAllZero(thread->scratch, kThreadScratchBytes));
  EXPECT(Unwrapped(made.key, blob, SampleBytes(1)).status == Status::kDecryptionFailed);
  EXPECT(IsAllZero(thread->scratch, kThreadScratchBytes));
}

}  // namespace
}  // namespace keystead::test
