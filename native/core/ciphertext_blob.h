// The byte layout of a ciphertext blob (docs/format.md): offsets and sizes, nothing else.
#ifndef KEYSTEAD_CORE_CIPHERTEXT_BLOB_H_
#define KEYSTEAD_CORE_CIPHERTEXT_BLOB_H_

#include <cstddef>
#include <cstdint>

#include "aes_gcm.h"

namespace keystead {

constexpr uint8_t kBlobFormat = 0x4B;
constexpr uint8_t kBlobSuite = 0x01;
constexpr size_t kKeyIdBytes = 16;
constexpr size_t kKeyMaterialIdBytes = 32;

constexpr size_t kBlobKeyIdKindOffset = 2;
constexpr size_t kBlobKeyIdOffset = 4;
constexpr size_t kBlobKeyMaterialIdOffset = 20;  // the first half of the key material id
constexpr size_t kBlobPrefixBytes = 36;          // constant for one key material
constexpr size_t kBlobNonceOffset = 36;
constexpr size_t kBlobIvOffset = 52;
constexpr size_t kBlobCommitmentOffset = 64;
constexpr size_t kBlobCommitmentBytes = 32;
constexpr size_t kBlobHeaderBytes = 96;
constexpr size_t kBlobOverheadBytes = kBlobHeaderBytes + kAesGcmTagBytes;

// A KMS key id: a UUID, or a multi-Region id (`mrk-` and 32 hexadecimal digits).
enum class KeyIdKind : uint8_t { kUuid = 0, kMultiRegion = 1 };

struct KeyId {
  KeyIdKind kind;
  uint8_t bytes[kKeyIdBytes];
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_CIPHERTEXT_BLOB_H_
