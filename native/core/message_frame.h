// The body of a message: frames, each with a tag of its own, or one block (AWS Encryption SDK
// message format reference).
//
//   regular frame:  sequence(4) IV(12) ciphertext(frame length) tag(16)
//   final frame:    FFFFFFFF sequence(4) IV(12) length(4) ciphertext(length) tag(16)
//   block:          IV(12) length(8) ciphertext(length) tag(16)
//
// Sequences count from 1. The AAD of each is the message id, a text, the sequence and the length.
// Written IVs are the sequence, which the header's tag, with an IV of zeros, does not use; read IVs
// are whatever stands there, since other writers have others.
#ifndef KEYSTEAD_CORE_MESSAGE_FRAME_H_
#define KEYSTEAD_CORE_MESSAGE_FRAME_H_

#include "message_cipher.h"
#include "message_suite.h"

namespace keystead {

constexpr uint32_t kFinalFrameMark = 0xFFFFFFFF;
constexpr size_t kFrameHeadBytes = 4 + kAesGcmIvBytes;
constexpr size_t kFrameOverheadBytes = kFrameHeadBytes + kAesGcmTagBytes;
constexpr size_t kFinalFrameHeadBytes = 4 + 4 + kAesGcmIvBytes + 4;
constexpr size_t kFinalFrameOverheadBytes = kFinalFrameHeadBytes + kAesGcmTagBytes;
constexpr size_t kBlockHeadBytes = kAesGcmIvBytes + 8;
constexpr size_t kBlockOverheadBytes = kBlockHeadBytes + kAesGcmTagBytes;

// One thread's work on the frames of one message.
class MessageFrames {
 public:
  // `key` and `message_id` must stay where they are.
  Status Start(AesGcmDirection direction, Bytes key, Bytes message_id, uint32_t frame_length);

  // Writes the frames of `plaintext`, the first of them with the sequence `first`: regular ones of
  // the frame length, and when `is_last` the last of them as final frame (an empty one when there
  // is no plaintext). Unless `is_last` the plaintext is whole frames.
  Status Seal(uint32_t first, Bytes plaintext, bool is_last, uint8_t* out);

  // Opens what Seal wrote. kMalformedMessage when the sequences or lengths are not as they must be,
  // kDecryptionFailed; `out` is then wiped.
  Status Open(uint32_t first, Bytes frames, bool is_last, uint8_t* out);

  // Opens a block.
  Status OpenBlock(Bytes block, uint8_t* out);
  // The same in slices, for AesGcmUpdate and AesGcmFinishOpen.
  Status StartBlock(const uint8_t* head, EVP_CIPHER_CTX** context);

  uint32_t frame_length() const { return frame_length_; }
  // For the tag of the header.
  MessageCipher* cipher() { return &cipher_; }

 private:
  enum class Part { kFrame, kFinalFrame, kBlock };
  Bytes Aad(Part part, uint32_t sequence, uint64_t length);
  Status SealFrame(uint32_t sequence, Bytes plaintext, uint8_t* out);
  Status SealFinalFrame(uint32_t sequence, Bytes plaintext, uint8_t* out);
  Status OpenFrame(uint32_t sequence, const uint8_t* frame, uint8_t* out);
  Status OpenFinalFrame(uint32_t sequence, Bytes frame, uint8_t* out);
  Status OpenFrames(uint32_t first, Bytes frames, bool is_last, uint8_t** out);

  static constexpr size_t kMaxPartNameBytes = 35;
  MessageCipher cipher_;
  Bytes message_id_;
  uint32_t frame_length_ = 0;
  uint8_t aad_[kMaxMessageIdBytes + kMaxPartNameBytes + 4 + 8];
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_FRAME_H_
