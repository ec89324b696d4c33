// KmsKey::Unwrap over arbitrary blobs and contexts, and over blobs of its own with one bit changed.
#include "fuzz_input.h"
#include "fuzz_store.h"

namespace keystead::fuzz {

namespace {

Octets OutputFor(const Octets& blob) {
  return Octets(blob.size() <= kBlobOverheadBytes ? 0 : blob.size() - kBlobOverheadBytes);
}

void UnwrapAnything(const Octets& blob, const Octets& context) {
  Octets out = OutputFor(blob);
  const Status status = FuzzKmsKey().Unwrap(View(blob), View(context), out.data());
  Require(status == Status::kOk || status == Status::kDecryptionFailed);
  Require(status == Status::kOk || IsAllZero(out));
}

void UnwrapOwn(const Octets& plaintext, const Octets& context, size_t choice) {
  if (plaintext.empty() || plaintext.size() > kMaxPlaintextBytes) return;
  if (context.size() > kMaxEncryptionContextBytes) return;
  Octets blob(plaintext.size() + kBlobOverheadBytes);
  Require(FuzzKmsKey().Wrap(View(plaintext), View(context), blob.data()) == Status::kOk);
  Octets out = OutputFor(blob);
  Require(FuzzKmsKey().Unwrap(View(blob), View(context), out.data()) == Status::kOk);
  Require(out == plaintext);
  const Octets changed = WithChangedBit(blob, choice);
  out = OutputFor(blob);
  Require(FuzzKmsKey().Unwrap(View(changed), View(context), out.data()) ==
          Status::kDecryptionFailed);
  Require(IsAllZero(out));
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead::fuzz;
  FuzzInput input(data, size);
  const size_t context_size = input.TakeNumber();
  const Octets context = input.Take(context_size);
  const Octets rest = input.TakeRest();
  UnwrapAnything(rest, context);
  UnwrapOwn(rest, context, size * 7919 + context_size);
  return 0;
}
