#include "message_decryptor.h"

#include <algorithm>

#include "big_endian.h"

namespace keystead {

namespace {

constexpr size_t kSignatureLengthBytes = 2;

}  // namespace

// What is held and what came, as one string of bytes.
class MessageDecryptor::Window {
 public:
  Window(Bytes held, Bytes piece) : held_(held), piece_(piece) {}

  // False when the bytes are not there yet.
  bool Read(uint64_t start, size_t size, uint8_t* out) const {
    if (start + size > this->size()) return false;
    for (size_t i = 0; i < size; ++i) {
      const uint64_t at = start + i;
      out[i] = at < held_.size ? held_.data[at] : piece_.data[at - held_.size];
    }
    return true;
  }
  uint64_t size() const { return held_.size + uint64_t{piece_.size}; }

 private:
  const Bytes held_;
  const Bytes piece_;
};

MessageDecryptor::MessageDecryptor(const MessageHeader& header, uint64_t max_block_bytes)
    : is_framed_(header.is_framed),
      is_signed_(header.suite->is_signed()),
      max_block_bytes_(std::min(max_block_bytes, kAesGcmMaxPlaintextBytes)),
      hash_(header.suite->signature) {}

Status MessageDecryptor::Start(const MessageHeader& header, Bytes data_key, Bytes unstored) {
  if (is_signed_) {
    hash_.Update({header.body.data, header.size});
    if (!public_key_.Append(header.public_key)) return Status::kOutOfMemory;
  }
  return OpenMessageHeader(header, data_key, unstored, &secrets_);
}

Status MessageDecryptor::MeasureContent(const Window& window, uint64_t start, Unit* unit) const {
  uint8_t head[kFinalFrameHeadBytes];
  if (!is_framed_) {
    if (!window.Read(start, kBlockHeadBytes, head)) return Status::kOk;
    unit->is_last = true;
    unit->plaintext_bytes = LoadU64Be(head + kAesGcmIvBytes);
    if (unit->plaintext_bytes > max_block_bytes_) return Status::kMessageLimit;
    unit->content_bytes = unit->plaintext_bytes + kBlockOverheadBytes;
    return Status::kOk;
  }
  const uint32_t frame_length = secrets_.frame_length();
  if (!window.Read(start, sizeof(kFinalFrameMark), head)) return Status::kOk;
  if (LoadU32Be(head) != kFinalFrameMark) {
    unit->plaintext_bytes = frame_length;
    unit->content_bytes = frame_length + uint64_t{kFrameOverheadBytes};
    return Status::kOk;
  }
  if (!window.Read(start, kFinalFrameHeadBytes, head)) return Status::kOk;
  unit->is_last = true;
  unit->plaintext_bytes = LoadU32Be(head + kFinalFrameHeadBytes - 4);
  unit->content_bytes = unit->plaintext_bytes + kFinalFrameOverheadBytes;
  return unit->plaintext_bytes > frame_length ? Status::kMalformedMessage : Status::kOk;
}

Status MessageDecryptor::MeasureUnit(const Window& window, uint64_t start, Unit* unit) const {
  KEYSTEAD_RETURN_IF_ERROR(MeasureContent(window, start, unit));
  if (unit->content_bytes == 0) return Status::kOk;
  unit->size = unit->content_bytes;
  if (!unit->is_last || !is_signed_) return Status::kOk;
  uint8_t length[kSignatureLengthBytes];
  if (!window.Read(start + unit->content_bytes, sizeof(length), length)) {
    unit->size = 0;
    return Status::kOk;
  }
  unit->size += sizeof(length) + LoadU16Be(length);
  return LoadU16Be(length) > kMaxSignatureBytes ? Status::kMalformedMessage : Status::kOk;
}

Status MessageDecryptor::UpdateBytes(Bytes piece, uint64_t* size) const {
  const Window window(held_.bytes(), piece);
  *size = 0;
  for (uint64_t start = 0; !ended_;) {
    Unit unit;
    KEYSTEAD_RETURN_IF_ERROR(MeasureUnit(window, start, &unit));
    if (unit.size == 0 || unit.size > window.size() - start) return Status::kOk;
    *size += unit.plaintext_bytes;
    start += unit.size;
    if (unit.is_last) return Status::kOk;
  }
  return Status::kOk;
}

Status MessageDecryptor::OpenUnit(MessageFrames* frames, const Unit& unit, Bytes bytes,
                                  uint8_t* out) {
  const Bytes content = {bytes.data, unit.content_bytes};
  if (next_sequence_ > kFinalFrameMark) return Status::kMalformedMessage;
  KEYSTEAD_RETURN_IF_ERROR(
      is_framed_ ? frames->Open(static_cast<uint32_t>(next_sequence_++), content, unit.is_last, out)
                 : frames->OpenBlock(content, out));
  ended_ = unit.is_last;
  if (!is_signed_) return Status::kOk;
  hash_.Update(content);
  if (!unit.is_last) return Status::kOk;
  const size_t before_signature = unit.content_bytes + kSignatureLengthBytes;
  const Status status =
      VerifyMessageSignature(secrets_.suite().signature, public_key_.bytes(), &hash_,
                             {bytes.data + before_signature, bytes.size - before_signature});
  if (status != Status::kOk) Wipe(out, unit.plaintext_bytes);
  return status;
}

// The bytes of a unit that is there as a whole: in the piece, or completed in what is held.
Status MessageDecryptor::TakeUnit(const Unit& unit, Bytes* piece, Bytes* bytes) {
  const size_t from_piece = unit.size - held_.size();
  *bytes = {piece->data, from_piece};
  if (held_.size() > 0) {
    if (!held_.Append(*bytes)) return Status::kOutOfMemory;
    *bytes = held_.bytes();
  }
  *piece = {piece->data + from_piece, piece->size - from_piece};
  return Status::kOk;
}

Status MessageDecryptor::OpenUnits(Bytes* piece, uint8_t** out) {
  MessageFrames frames;
  KEYSTEAD_RETURN_IF_ERROR(secrets_.StartFrames(AesGcmDirection::kDecrypt, &frames));
  while (!ended_) {
    const Window window(held_.bytes(), *piece);
    Unit unit;
    KEYSTEAD_RETURN_IF_ERROR(MeasureUnit(window, 0, &unit));
    if (unit.size == 0 || unit.size > window.size()) break;
    Bytes bytes;
    KEYSTEAD_RETURN_IF_ERROR(TakeUnit(unit, piece, &bytes));
    KEYSTEAD_RETURN_IF_ERROR(OpenUnit(&frames, unit, bytes, *out));
    *out += unit.plaintext_bytes;
    held_.Clear();
  }
  return ended_ && piece->size > 0 ? Status::kMessageSize : Status::kOk;
}

Status MessageDecryptor::Update(Bytes piece, uint8_t* out) {
  uint8_t* next = out;
  Status status = OpenUnits(&piece, &next);
  if (status == Status::kOk && !held_.Append(piece)) status = Status::kOutOfMemory;
  if (status != Status::kOk) Wipe(out, static_cast<size_t>(next - out));
  return status;
}

}  // namespace keystead
