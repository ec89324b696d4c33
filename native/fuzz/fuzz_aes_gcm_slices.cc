// AES-GCM in slices of any size against the same message in one call.
#include "../core/aes_gcm.h"
#include "../core/openssl_ptr.h"
#include "fuzz_input.h"

namespace keystead::fuzz {

namespace {

struct Message {
  Octets key;
  Octets iv;
  std::vector<size_t> slices;
  Octets aad;
  Octets text;
};

Octets Whole(const Message& message) {
  Octets sealed(message.text.size() + kAesGcmTagBytes);
  Require(AesGcmSeal(message.key.data(), message.iv.data(), {View(message.aad), {}},
                     View(message.text), sealed.data()) == Status::kOk);
  return sealed;
}

// The slices in turn, then the rest.
void Update(EVP_CIPHER_CTX* context, const Message& message, Bytes in, uint8_t* out) {
  for (const size_t slice : message.slices) {
    const size_t size = std::min(slice, in.size);
    Require(AesGcmUpdate(context, {in.data, size}, out) == Status::kOk);
    in.data += size;
    in.size -= size;
    out += size;
  }
  Require(AesGcmUpdate(context, in, out) == Status::kOk);
}

void Start(EVP_CIPHER_CTX* context, AesGcmDirection direction, const Message& message) {
  Require(AesGcmStart(context, direction, message.key.data(), message.iv.data(),
                      {{}, View(message.aad)}) == Status::kOk);
}

void CheckSlices(const Message& message) {
  static EVP_CIPHER_CTX* context = NewAesGcmContext();
  const Octets sealed = Whole(message);
  Octets out(sealed.size());
  Start(context, AesGcmDirection::kEncrypt, message);
  Update(context, message, View(message.text), out.data());
  Require(AesGcmFinishSeal(context, out.data() + message.text.size()) == Status::kOk);
  Require(out == sealed);
  Start(context, AesGcmDirection::kDecrypt, message);
  Update(context, message, {sealed.data(), message.text.size()}, out.data());
  Require(AesGcmFinishOpen(context, sealed.data() + message.text.size()) == Status::kOk);
  out.resize(message.text.size());
  Require(out == message.text);
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead;
  using namespace keystead::fuzz;
  FuzzInput input(data, size);
  Message message;
  message.key = input.TakeExactly(kAes256KeyBytes);
  message.iv = input.TakeExactly(kAesGcmIvBytes);
  for (int i = 0; i < 3; ++i) message.slices.push_back(input.TakeNumber());
  message.aad = input.Take(message.slices[0] % 100);
  message.text = input.TakeRest();
  CheckSlices(message);
  return 0;
}
