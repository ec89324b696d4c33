#include "hkdf.h"

#include <algorithm>
#include <cstring>

#include "openssl_runtime.h"
#include "secure_buffer.h"
#include "wipe.h"

namespace keystead {

namespace {

constexpr size_t kMaxBlocks = 255;

}  // namespace

template <typename Hash>
void HkdfExtract(Bytes input_key, Bytes salt, HkdfExtracted<Hash>* extracted) {
  HmacInitUnwiped<Hash>(salt, &extracted->key);
  HmacCompute<Hash>(extracted->key, &input_key, 1, &extracted->state, extracted->block);
  HmacInitUnwiped<Hash>({extracted->block, Hash::kDigestBytes}, &extracted->key);
}

template <typename Hash>
void HkdfExpand(Bytes info, MutableBytes out, HkdfExtracted<Hash>* extracted) {
  size_t previous_size = 0;
  uint8_t counter = 0;
  for (size_t done = 0; done < out.size; done += Hash::kDigestBytes) {
    ++counter;
    const Bytes pieces[] = {{extracted->block, previous_size}, info, {&counter, 1}};
    HmacCompute<Hash>(extracted->key, pieces, 3, &extracted->state, extracted->block);
    previous_size = Hash::kDigestBytes;
    memcpy(out.data + done, extracted->block, std::min(out.size - done, Hash::kDigestBytes));
  }
}

template <typename Hash>
Status Hkdf(Bytes input_key, Bytes salt, Bytes info, MutableBytes out) {
  if (out.size == 0 || out.size > kMaxBlocks * Hash::kDigestBytes) return Status::kInvalidArgument;
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  SecureBuffer memory(sizeof(HkdfExtracted<Hash>));
  if (!memory.ok()) return Status::kSecureMemory;
  auto* extracted = reinterpret_cast<HkdfExtracted<Hash>*>(memory.data());
  HkdfExtract<Hash>(input_key, salt, extracted);
  HkdfExpand<Hash>(info, out, extracted);
  WipeRemains();
  return Status::kOk;
}

template Status Hkdf<Sha256>(Bytes, Bytes, Bytes, MutableBytes);
template Status Hkdf<Sha384>(Bytes, Bytes, Bytes, MutableBytes);
template Status Hkdf<Sha512>(Bytes, Bytes, Bytes, MutableBytes);
template void HkdfExtract<Sha512>(Bytes, Bytes, HkdfExtracted<Sha512>*);
template void HkdfExpand<Sha512>(Bytes, MutableBytes, HkdfExtracted<Sha512>*);

}  // namespace keystead
