#include "message_frame.h"

#include <cstring>

#include "big_endian.h"
#include "wipe.h"

namespace keystead {

namespace {

// The texts of the AAD, by part.
struct PartName {
  const char* text;
  size_t size;
};
constexpr PartName kPartNames[] = {{"AWSKMSEncryptionClient Frame", 28},
                                   {"AWSKMSEncryptionClient Final Frame", 34},
                                   {"AWSKMSEncryptionClient Single Block", 35}};
constexpr uint32_t kBlockSequence = 1;

void WriteIv(uint32_t sequence, uint8_t* iv) {
  memset(iv, 0, kAesGcmIvBytes - sizeof(sequence));
  StoreU32Be(sequence, iv + kAesGcmIvBytes - sizeof(sequence));
}

}  // namespace

Status MessageFrames::Start(AesGcmDirection direction, Bytes key, Bytes message_id,
                            uint32_t frame_length) {
  message_id_ = message_id;
  frame_length_ = frame_length;
  return cipher_.Start(direction, key);
}

Bytes MessageFrames::Aad(Part part, uint32_t sequence, uint64_t length) {
  const PartName& name = kPartNames[static_cast<size_t>(part)];
  uint8_t* next = aad_;
  memcpy(next, message_id_.data, message_id_.size);
  next += message_id_.size;
  memcpy(next, name.text, name.size);
  next += name.size;
  StoreU32Be(sequence, next);
  StoreU64Be(length, next + 4);
  return {aad_, static_cast<size_t>(next + 12 - aad_)};
}

Status MessageFrames::SealFrame(uint32_t sequence, Bytes plaintext, uint8_t* out) {
  StoreU32Be(sequence, out);
  uint8_t* iv = out + 4;
  WriteIv(sequence, iv);
  return cipher_.Seal(iv, Aad(Part::kFrame, sequence, plaintext.size), plaintext,
                      out + kFrameHeadBytes);
}

Status MessageFrames::SealFinalFrame(uint32_t sequence, Bytes plaintext, uint8_t* out) {
  StoreU32Be(kFinalFrameMark, out);
  StoreU32Be(sequence, out + 4);
  uint8_t* iv = out + 8;
  WriteIv(sequence, iv);
  StoreU32Be(static_cast<uint32_t>(plaintext.size), iv + kAesGcmIvBytes);
  return cipher_.Seal(iv, Aad(Part::kFinalFrame, sequence, plaintext.size), plaintext,
                      out + kFinalFrameHeadBytes);
}

Status MessageFrames::Seal(uint32_t first, Bytes plaintext, bool is_last, uint8_t* out) {
  uint32_t sequence = first;
  // A full frame that is the last one becomes the final frame.
  while (plaintext.size > frame_length_ || (!is_last && plaintext.size > 0)) {
    KEYSTEAD_RETURN_IF_ERROR(SealFrame(sequence++, {plaintext.data, frame_length_}, out));
    plaintext.data += frame_length_;
    plaintext.size -= frame_length_;
    out += frame_length_ + kFrameOverheadBytes;
  }
  return is_last ? SealFinalFrame(sequence, plaintext, out) : Status::kOk;
}

Status MessageFrames::OpenFrame(uint32_t sequence, const uint8_t* frame, uint8_t* out) {
  if (LoadU32Be(frame) != sequence) return Status::kMalformedMessage;
  return cipher_.Open(frame + 4, Aad(Part::kFrame, sequence, frame_length_),
                      {frame + kFrameHeadBytes, frame_length_ + kAesGcmTagBytes}, out);
}

Status MessageFrames::OpenFinalFrame(uint32_t sequence, Bytes frame, uint8_t* out) {
  if (frame.size < kFinalFrameOverheadBytes) return Status::kMessageSize;
  if (LoadU32Be(frame.data) != kFinalFrameMark || LoadU32Be(frame.data + 4) != sequence) {
    return Status::kMalformedMessage;
  }
  const uint8_t* iv = frame.data + 8;
  const uint32_t length = LoadU32Be(iv + kAesGcmIvBytes);
  if (length > frame_length_) return Status::kMalformedMessage;
  if (length != frame.size - kFinalFrameOverheadBytes) return Status::kMessageSize;
  return cipher_.Open(iv, Aad(Part::kFinalFrame, sequence, length),
                      {frame.data + kFinalFrameHeadBytes, length + kAesGcmTagBytes}, out);
}

Status MessageFrames::OpenFrames(uint32_t first, Bytes frames, bool is_last, uint8_t** out) {
  const size_t frame_bytes = frame_length_ + kFrameOverheadBytes;
  uint32_t sequence = first;
  // Whatever is longer than the longest final frame starts with a regular one.
  const size_t final_bytes_max = is_last ? frame_length_ + kFinalFrameOverheadBytes : 0;
  while (frames.size > final_bytes_max) {
    if (frames.size < frame_bytes) return Status::kMessageSize;
    KEYSTEAD_RETURN_IF_ERROR(OpenFrame(sequence++, frames.data, *out));
    frames.data += frame_bytes;
    frames.size -= frame_bytes;
    *out += frame_length_;
  }
  return is_last ? OpenFinalFrame(sequence, frames, *out) : Status::kOk;
}

Status MessageFrames::Open(uint32_t first, Bytes frames, bool is_last, uint8_t* out) {
  uint8_t* next = out;
  const Status status = OpenFrames(first, frames, is_last, &next);
  if (status != Status::kOk) Wipe(out, static_cast<size_t>(next - out));
  return status;
}

Status MessageFrames::StartBlock(const uint8_t* head, EVP_CIPHER_CTX** context) {
  const uint64_t length = LoadU64Be(head + kAesGcmIvBytes);
  return cipher_.StartText(head, Aad(Part::kBlock, kBlockSequence, length), context);
}

Status MessageFrames::OpenBlock(Bytes block, uint8_t* out) {
  if (block.size < kBlockOverheadBytes) return Status::kMessageSize;
  const uint64_t length = LoadU64Be(block.data + kAesGcmIvBytes);
  if (length != block.size - kBlockOverheadBytes) return Status::kMessageSize;
  return cipher_.Open(block.data, Aad(Part::kBlock, kBlockSequence, length),
                      {block.data + kBlockHeadBytes, length + kAesGcmTagBytes}, out);
}

}  // namespace keystead
