#include "hkdf.h"

#include <algorithm>
#include <cstring>

#include "hmac.h"
#include "openssl_runtime.h"
#include "secure_buffer.h"
#include "wipe.h"

namespace keystead {

namespace {

constexpr size_t kMaxBlocks = 255;

template <typename Hash>
struct Working {
  HmacKey<Hash> key;
  HmacState<Hash> state;
  uint8_t block[Hash::kDigestBytes];  // PRK, then T(i)
};

template <typename Hash>
void Expand(Bytes info, MutableBytes out, Working<Hash>* working) {
  HmacInit<Hash>({working->block, Hash::kDigestBytes}, &working->key);
  size_t previous_size = 0;
  uint8_t counter = 0;
  for (size_t done = 0; done < out.size; done += Hash::kDigestBytes) {
    ++counter;
    const Bytes pieces[] = {{working->block, previous_size}, info, {&counter, 1}};
    HmacCompute<Hash>(working->key, pieces, 3, &working->state, working->block);
    previous_size = Hash::kDigestBytes;
    memcpy(out.data + done, working->block, std::min(out.size - done, Hash::kDigestBytes));
  }
}

}  // namespace

template <typename Hash>
Status Hkdf(Bytes input_key, Bytes salt, Bytes info, MutableBytes out) {
  if (out.size == 0 || out.size > kMaxBlocks * Hash::kDigestBytes) return Status::kInvalidArgument;
  KEYSTEAD_RETURN_IF_ERROR(EnsureStarted());
  SecureBuffer memory(sizeof(Working<Hash>));
  if (!memory.ok()) return Status::kSecureMemory;
  auto* working = reinterpret_cast<Working<Hash>*>(memory.data());
  HmacInit<Hash>(salt, &working->key);
  HmacCompute<Hash>(working->key, &input_key, 1, &working->state, working->block);
  Expand<Hash>(info, out, working);
  WipeRemains();
  return Status::kOk;
}

template Status Hkdf<Sha256>(Bytes, Bytes, Bytes, MutableBytes);
template Status Hkdf<Sha384>(Bytes, Bytes, Bytes, MutableBytes);
template Status Hkdf<Sha512>(Bytes, Bytes, Bytes, MutableBytes);

}  // namespace keystead
