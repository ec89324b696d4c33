#include "message_encryptor.h"

#include <algorithm>

#include "message_layout.h"

namespace keystead {

MessageEncryptor::MessageEncryptor(std::shared_ptr<const MessageWriter> writer)
    : writer_(std::move(writer)), hash_(MessageSignature::kP384Sha384) {}

Status MessageEncryptor::Start() {
  if (!header_.Resize(writer_->header_bytes())) return Status::kOutOfMemory;
  KEYSTEAD_RETURN_IF_ERROR(writer_->Start(header_.data(), &secrets_));
  if (writer_->signing_key() != nullptr) hash_.Update(header_.bytes());
  return Status::kOk;
}

uint64_t MessageEncryptor::UpdateBytes(size_t piece_bytes) const {
  return CompleteFrames(held_.size() + piece_bytes) *
         (writer_->frame_length() + uint64_t{kFrameOverheadBytes});
}

Status MessageEncryptor::SealFrames(MessageFrames* frames, Bytes plaintext, uint8_t** out) {
  const uint64_t count = plaintext.size / writer_->frame_length();
  const size_t size = count * (writer_->frame_length() + uint64_t{kFrameOverheadBytes});
  KEYSTEAD_RETURN_IF_ERROR(
      frames->Seal(static_cast<uint32_t>(done_frames_ + 1), plaintext, false, *out));
  if (writer_->signing_key() != nullptr) hash_.Update({*out, size});
  done_frames_ += count;
  *out += size;
  return Status::kOk;
}

Status MessageEncryptor::Update(Bytes piece, uint8_t* out) {
  const size_t frame_length = writer_->frame_length();
  const uint64_t complete = CompleteFrames(held_.size() + piece.size);
  FrameLayout layout;
  KEYSTEAD_RETURN_IF_ERROR(LayOutPlaintext(done_frames_ * frame_length + held_.size() + piece.size,
                                           writer_->frame_length(), &layout));
  if (complete > 0) {
    MessageFrames frames;
    KEYSTEAD_RETURN_IF_ERROR(secrets_.StartFrames(AesGcmDirection::kEncrypt, &frames));
    size_t direct = complete * frame_length;
    if (held_.size() > 0) {
      const size_t missing = frame_length - held_.size();
      if (!held_.Append({piece.data, missing})) return Status::kOutOfMemory;
      piece = {piece.data + missing, piece.size - missing};
      KEYSTEAD_RETURN_IF_ERROR(SealFrames(&frames, held_.bytes(), &out));
      held_.Clear();
      direct -= frame_length;
    }
    KEYSTEAD_RETURN_IF_ERROR(SealFrames(&frames, {piece.data, direct}, &out));
    piece = {piece.data + direct, piece.size - direct};
  }
  return held_.Append(piece) ? Status::kOk : Status::kOutOfMemory;
}

size_t MessageEncryptor::FinishBytes() const {
  return held_.size() + kFinalFrameOverheadBytes + writer_->footer_bytes();
}

Status MessageEncryptor::Finish(uint8_t* out) {
  MessageFrames frames;
  KEYSTEAD_RETURN_IF_ERROR(secrets_.StartFrames(AesGcmDirection::kEncrypt, &frames));
  KEYSTEAD_RETURN_IF_ERROR(
      frames.Seal(static_cast<uint32_t>(done_frames_ + 1), held_.bytes(), true, out));
  if (writer_->signing_key() == nullptr) return Status::kOk;
  const size_t size = held_.size() + kFinalFrameOverheadBytes;
  hash_.Update({out, size});
  return writer_->signing_key()->SignFooter(&hash_, out + size);
}

}  // namespace keystead
