// AES-256-GCM, XAES-256-GCM, the box and AES-KWP for the driver.
#include "../core/aes_gcm.h"
#include "../core/aes_kwp.h"
#include "../core/xaes_gcm.h"
#include "core_driver.h"

namespace keystead::driver {

namespace {

Octets OutputFor(const Octets& sealed, size_t overhead) {
  return Octets(sealed.size() < overhead ? 0 : sealed.size() - overhead, kCanary);
}

// key, iv, aad, plaintext
Status SealAesGcm(const Arguments& in, Octets* out) {
  out->assign(in[3].size() + kAesGcmTagBytes, kCanary);
  return AesGcmSeal(in[0].data(), in[1].data(), {View(in[2]), {}}, View(in[3]), out->data());
}

// key, iv, aad, ciphertext and tag
Status OpenAesGcm(const Arguments& in, Octets* out) {
  *out = OutputFor(in[3], kAesGcmTagBytes);
  return CheckWiped(
      AesGcmOpen(in[0].data(), in[1].data(), {View(in[2]), {}}, View(in[3]), out->data()), *out);
}

// key, nonce, aad, plaintext
Status SealXaes(const Arguments& in, Octets* out) {
  out->assign(in[3].size() + kAesGcmTagBytes, kCanary);
  return XaesGcmSeal(in[0].data(), in[1].data(), View(in[2]), View(in[3]), out->data());
}

// key, nonce, aad, ciphertext and tag
Status OpenXaes(const Arguments& in, Octets* out) {
  *out = OutputFor(in[3], kAesGcmTagBytes);
  return CheckWiped(XaesGcmOpen(in[0].data(), in[1].data(), View(in[2]), View(in[3]), out->data()),
                    *out);
}

// key, aad, plaintext
Status SealBoxOf(const Arguments& in, Octets* out) {
  out->assign(in[2].size() + kBoxOverheadBytes, kCanary);
  return SealBox(in[0].data(), View(in[1]), View(in[2]), out->data());
}

// key, aad, box
Status OpenBoxOf(const Arguments& in, Octets* out) {
  *out = OutputFor(in[2], kBoxOverheadBytes);
  return CheckWiped(OpenBox(in[0].data(), View(in[1]), View(in[2]), out->data()), *out);
}

// key, plaintext
Status WrapKwp(const Arguments& in, Octets* out) {
  out->resize(AesKwpWrappedSize(in[1].size()));
  return AesKwpWrap(in[0].data(), View(in[1]), out->data());
}

// key, wrapped
Status UnwrapKwp(const Arguments& in, Octets* out) {
  out->resize(in[1].size());
  size_t size = 0;
  const Status status =
      CheckWiped(AesKwpUnwrap(in[0].data(), View(in[1]), out->data(), &size), *out);
  out->resize(size);
  return status;
}

}  // namespace

const std::vector<Operation>& AeadOperations() {
  static const auto* table = new std::vector<Operation>{
      {"aes_gcm_seal", {kAes256KeyBytes, kAesGcmIvBytes, kAny, kAny}, SealAesGcm},
      {"aes_gcm_open", {kAes256KeyBytes, kAesGcmIvBytes, kAny, kAny}, OpenAesGcm},
      {"xaes_gcm_seal", {kAes256KeyBytes, kXaesNonceBytes, kAny, kAny}, SealXaes},
      {"xaes_gcm_open", {kAes256KeyBytes, kXaesNonceBytes, kAny, kAny}, OpenXaes},
      {"box_seal", {kAes256KeyBytes, kAny, kAny}, SealBoxOf},
      {"box_open", {kAes256KeyBytes, kAny, kAny}, OpenBoxOf},
      {"aes_kwp_wrap", {kAes256KeyBytes, kAny}, WrapKwp},
      {"aes_kwp_unwrap", {kAes256KeyBytes, kAny}, UnwrapKwp},
  };
  return *table;
}

}  // namespace keystead::driver
