#include "kbkdf.h"

#include <algorithm>

#include "big_endian.h"

namespace keystead {

Status KbkdfCounter(const HmacKey<Sha256>& key, const Bytes* fixed_input, size_t num_pieces,
                    HmacState<Sha256>* state, MutableBytes out) {
  if (num_pieces > kKbkdfMaxFixedPieces || out.size % Sha256::kDigestBytes != 0) {
    return Status::kInvalidArgument;
  }
  uint8_t counter[4];
  Bytes pieces[1 + kKbkdfMaxFixedPieces] = {{counter, sizeof(counter)}};
  std::copy_n(fixed_input, num_pieces, pieces + 1);
  for (uint32_t i = 0; i < out.size / Sha256::kDigestBytes; ++i) {
    StoreU32Be(i + 1, counter);
    HmacCompute<Sha256>(key, pieces, num_pieces + 1, state, out.data + i * Sha256::kDigestBytes);
  }
  return Status::kOk;
}

}  // namespace keystead
