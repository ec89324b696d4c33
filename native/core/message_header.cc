#include "message_header.h"

#include <cstring>

#include "big_endian.h"
#include "message_context.h"

namespace keystead {

namespace {

constexpr uint8_t kFormat1 = 0x01;
constexpr uint8_t kFormat2 = 0x02;
constexpr uint8_t kFormat1Type = 0x80;  // customer authenticated encrypted data
constexpr uint8_t kSingleBlock = 0x01;
constexpr uint8_t kFramed = 0x02;
constexpr size_t kReservedBytes = 4;
constexpr size_t kFieldsOfAnEncryptedDataKey = 3;

// Reads forward, to the end of the bytes or to the limit.
class Cursor {
 public:
  Cursor(Bytes bytes, size_t limit) : bytes_(bytes), limit_(limit) {}

  Status Take(size_t size, Bytes* out) {
    if (size > limit_ - position_) return Status::kMessageLimit;
    if (size > bytes_.size - position_) return Status::kMessageSize;
    *out = {bytes_.data + position_, size};
    position_ += size;
    return Status::kOk;
  }
  template <typename Integer>
  Status TakeInteger(Integer* out) {
    Bytes bytes;
    KEYSTEAD_RETURN_IF_ERROR(Take(sizeof(Integer), &bytes));
    *out = 0;
    for (size_t i = 0; i < bytes.size; ++i) *out = static_cast<Integer>(*out << 8 | bytes.data[i]);
    return Status::kOk;
  }
  Status TakeField(Bytes* out) {
    uint16_t size = 0;
    KEYSTEAD_RETURN_IF_ERROR(TakeInteger(&size));
    return Take(size, out);
  }
  Status Expect(uint8_t octet) {
    uint8_t got = 0;
    KEYSTEAD_RETURN_IF_ERROR(TakeInteger(&got));
    return got == octet ? Status::kOk : Status::kMalformedMessage;
  }
  Bytes Since(size_t start) const { return {bytes_.data + start, position_ - start}; }
  size_t position() const { return position_; }

 private:
  const Bytes bytes_;
  const size_t limit_;
  size_t position_ = 0;
};

Status ParseSuite(Cursor* cursor, MessageHeader* header) {
  uint8_t format = 0;
  KEYSTEAD_RETURN_IF_ERROR(cursor->TakeInteger(&format));
  if (format != kFormat1 && format != kFormat2) return Status::kMalformedMessage;
  if (format == kFormat1) KEYSTEAD_RETURN_IF_ERROR(cursor->Expect(kFormat1Type));
  uint16_t id = 0;
  KEYSTEAD_RETURN_IF_ERROR(cursor->TakeInteger(&id));
  header->suite = FindMessageSuite(id);
  return header->suite != nullptr && header->suite->format == format ? Status::kOk
                                                                     : Status::kMalformedMessage;
}

// A signing suite has its public key in the context, and no other suite has one.
Status ParseContext(Cursor* cursor, MessageHeader* header) {
  KEYSTEAD_RETURN_IF_ERROR(cursor->TakeField(&header->context));
  KEYSTEAD_RETURN_IF_ERROR(CheckMessageContext(header->context, &header->public_key));
  const bool has_public_key = header->public_key.data != nullptr;
  return has_public_key == header->suite->is_signed() ? Status::kOk : Status::kMalformedMessage;
}

Status ParseEncryptedDataKeys(Cursor* cursor, uint32_t max, MessageHeader* header) {
  const size_t start = cursor->position();
  KEYSTEAD_RETURN_IF_ERROR(cursor->TakeInteger(&header->num_encrypted_data_keys));
  if (header->num_encrypted_data_keys == 0) return Status::kMalformedMessage;
  if (header->num_encrypted_data_keys > max) return Status::kMessageLimit;
  const size_t fields = header->num_encrypted_data_keys * kFieldsOfAnEncryptedDataKey;
  Bytes field;
  for (size_t i = 0; i < fields; ++i) KEYSTEAD_RETURN_IF_ERROR(cursor->TakeField(&field));
  header->encrypted_data_keys = cursor->Since(start);
  return Status::kOk;
}

Status ParseReserved(Cursor* cursor) {
  for (size_t i = 0; i < kReservedBytes; ++i) KEYSTEAD_RETURN_IF_ERROR(cursor->Expect(0));
  return cursor->Expect(kAesGcmIvBytes);
}

Status ParseContentType(Cursor* cursor, uint32_t max_frame_length, MessageHeader* header) {
  uint8_t type = 0;
  KEYSTEAD_RETURN_IF_ERROR(cursor->TakeInteger(&type));
  if (type != kSingleBlock && type != kFramed) return Status::kMalformedMessage;
  header->is_framed = type == kFramed;
  if (header->suite->format == kFormat1) KEYSTEAD_RETURN_IF_ERROR(ParseReserved(cursor));
  KEYSTEAD_RETURN_IF_ERROR(cursor->TakeInteger(&header->frame_length));
  if (header->is_framed != (header->frame_length > 0)) return Status::kMalformedMessage;
  return header->frame_length > max_frame_length ? Status::kMessageLimit : Status::kOk;
}

Status ParseAuthentication(Cursor* cursor, MessageHeader* header) {
  const bool is_format1 = header->suite->format == kFormat1;
  if (!is_format1) {
    KEYSTEAD_RETURN_IF_ERROR(cursor->Take(kMessageCommitmentBytes, &header->commitment));
  }
  header->body = cursor->Since(0);
  if (is_format1) KEYSTEAD_RETURN_IF_ERROR(cursor->Take(kAesGcmIvBytes, &header->iv));
  KEYSTEAD_RETURN_IF_ERROR(cursor->Take(kAesGcmTagBytes, &header->tag));
  header->size = cursor->position();
  return Status::kOk;
}

class Appender {
 public:
  explicit Appender(uint8_t* out) : out_(out) {}
  void Append(Bytes bytes) {
    if (bytes.size > 0) memcpy(out_, bytes.data, bytes.size);
    out_ += bytes.size;
  }
  void AppendOctet(uint8_t octet) { *out_++ = octet; }
  void AppendU16(size_t value) {
    StoreU16Be(static_cast<uint16_t>(value), out_);
    out_ += sizeof(uint16_t);
  }
  void AppendU32(uint32_t value) {
    StoreU32Be(value, out_);
    out_ += sizeof(uint32_t);
  }
  void AppendZeros(size_t size) {
    memset(out_, 0, size);
    out_ += size;
  }

 private:
  uint8_t* out_;
};

// Format, suite, message id, length of the context, content type, frame length, commitment, tag.
constexpr size_t kWrittenFixedBytes =
    1 + 2 + kMaxMessageIdBytes + 2 + 1 + 4 + kMessageCommitmentBytes + kAesGcmTagBytes;

}  // namespace

Status ParseMessageHeader(Bytes bytes, const MessageLimits& limits, MessageHeader* header) {
  *header = MessageHeader();
  Cursor cursor(bytes, limits.max_header_bytes);
  KEYSTEAD_RETURN_IF_ERROR(ParseSuite(&cursor, header));
  KEYSTEAD_RETURN_IF_ERROR(cursor.Take(header->suite->message_id_bytes(), &header->message_id));
  KEYSTEAD_RETURN_IF_ERROR(ParseContext(&cursor, header));
  KEYSTEAD_RETURN_IF_ERROR(ParseEncryptedDataKeys(&cursor, limits.max_encrypted_data_keys, header));
  KEYSTEAD_RETURN_IF_ERROR(ParseContentType(&cursor, limits.max_frame_length, header));
  return ParseAuthentication(&cursor, header);
}

size_t MessageHeaderBytes(const MessageHeaderParts& parts) {
  return kWrittenFixedBytes + parts.context.size + parts.encrypted_data_keys.size;
}

void WriteMessageHeader(const MessageHeaderParts& parts, uint8_t* out) {
  Appender appender(out);
  appender.AppendOctet(kFormat2);
  appender.AppendU16(parts.suite);
  appender.AppendZeros(kMaxMessageIdBytes);
  appender.AppendU16(parts.context.size);
  appender.Append(parts.context);
  appender.Append(parts.encrypted_data_keys);
  appender.AppendOctet(kFramed);
  appender.AppendU32(parts.frame_length);
  appender.AppendZeros(kMessageCommitmentBytes + kAesGcmTagBytes);
}

Status CheckEncryptedDataKeys(Bytes keys) {
  Cursor cursor(keys, keys.size);
  MessageHeader header;
  const Status status =
      ParseEncryptedDataKeys(&cursor, MessageLimits().max_encrypted_data_keys, &header);
  return status == Status::kOk && cursor.position() == keys.size ? Status::kOk
                                                                 : Status::kInvalidArgument;
}

}  // namespace keystead
