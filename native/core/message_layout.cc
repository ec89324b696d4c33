#include "message_layout.h"

#include "big_endian.h"
#include "message_frame.h"

namespace keystead {

namespace {

constexpr uint64_t kMaxFrames = 0xFFFFFFFF;
constexpr size_t kSignatureLengthBytes = 2;

// How long the content of a signed framed body is: its frames stand at equal distances until one
// begins with the mark of the final frame.
Status FramedContentBytes(uint32_t frame_length, Bytes bytes, uint64_t* size) {
  const uint64_t frame_bytes = frame_length + uint64_t{kFrameOverheadBytes};
  for (uint64_t start = 0; start + kFinalFrameHeadBytes <= bytes.size; start += frame_bytes) {
    const uint8_t* frame = bytes.data + start;
    if (LoadU32Be(frame) != kFinalFrameMark) continue;
    const uint32_t length = LoadU32Be(frame + kFinalFrameHeadBytes - 4);
    if (length > frame_length) return Status::kMalformedMessage;
    *size = start + kFinalFrameOverheadBytes + length;
    return Status::kOk;
  }
  return Status::kMessageSize;
}

Status BlockContentBytes(Bytes bytes, uint64_t* size) {
  if (bytes.size < kBlockHeadBytes) return Status::kMessageSize;
  const uint64_t length = LoadU64Be(bytes.data + kAesGcmIvBytes);
  if (length > kAesGcmMaxPlaintextBytes) return Status::kMalformedMessage;
  *size = kBlockOverheadBytes + length;
  return Status::kOk;
}

Status ContentBytes(const MessageHeader& header, Bytes bytes, uint64_t* size) {
  if (!header.is_framed) return BlockContentBytes(bytes, size);
  if (header.suite->is_signed()) return FramedContentBytes(header.frame_length, bytes, size);
  *size = bytes.size;
  return Status::kOk;
}

Status TakeSignature(Bytes footer, Bytes* signature) {
  if (footer.size < kSignatureLengthBytes) return Status::kMessageSize;
  *signature = {footer.data + kSignatureLengthBytes, footer.size - kSignatureLengthBytes};
  return LoadU16Be(footer.data) == signature->size ? Status::kOk : Status::kMessageSize;
}

}  // namespace

uint64_t FrameLayout::body_bytes() const {
  return FrameOffset(regular_frames) + kFinalFrameOverheadBytes + final_length;
}

uint64_t FrameLayout::FrameOffset(uint64_t frame) const {
  return frame * (frame_length + uint64_t{kFrameOverheadBytes});
}

Status LayOutPlaintext(uint64_t plaintext_bytes, uint32_t frame_length, FrameLayout* layout) {
  layout->frame_length = frame_length;
  layout->regular_frames = plaintext_bytes == 0 ? 0 : (plaintext_bytes - 1) / frame_length;
  layout->final_length =
      static_cast<uint32_t>(plaintext_bytes - layout->regular_frames * frame_length);
  return plaintext_bytes > kMaxMessagePlaintextBytes || layout->regular_frames >= kMaxFrames
             ? Status::kMessageLimit
             : Status::kOk;
}

Status LayOutBody(uint64_t body_bytes, uint32_t frame_length, FrameLayout* layout) {
  if (body_bytes < kFinalFrameOverheadBytes) return Status::kMessageSize;
  const uint64_t frames_bytes = body_bytes - kFinalFrameOverheadBytes;
  const uint64_t frame_bytes = frame_length + uint64_t{kFrameOverheadBytes};
  layout->frame_length = frame_length;
  layout->regular_frames = frames_bytes / frame_bytes;
  const uint64_t final_length = frames_bytes % frame_bytes;
  if (final_length > frame_length || layout->regular_frames >= kMaxFrames) {
    return Status::kMessageSize;
  }
  layout->final_length = static_cast<uint32_t>(final_length);
  return Status::kOk;
}

Status FindMessageBody(const MessageHeader& header, Bytes bytes, MessageBody* body) {
  uint64_t size = 0;
  KEYSTEAD_RETURN_IF_ERROR(ContentBytes(header, bytes, &size));
  if (size > bytes.size) return Status::kMessageSize;
  body->content = {bytes.data, size};
  const Bytes footer = {bytes.data + size, bytes.size - size};
  if (header.suite->is_signed()) {
    KEYSTEAD_RETURN_IF_ERROR(TakeSignature(footer, &body->signature));
  } else if (footer.size != 0) {
    return Status::kMessageSize;
  }
  if (header.is_framed) {
    KEYSTEAD_RETURN_IF_ERROR(LayOutBody(size, header.frame_length, &body->layout));
    body->plaintext_bytes = body->layout.plaintext_bytes();
  } else {
    body->plaintext_bytes = size - kBlockOverheadBytes;
  }
  return Status::kOk;
}

}  // namespace keystead
