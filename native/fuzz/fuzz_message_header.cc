// ParseMessageHeader over arbitrary bytes: what it gives lies within them, every shorter piece is
// told to be too short, and the limits hold.
#include "../core/message_context.h"
#include "../core/message_header.h"
#include "fuzz_input.h"

namespace keystead::fuzz {

namespace {

bool Within(Bytes part, Bytes whole) {
  return part.size == 0 ||
         (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

void CheckViews(const MessageHeader& header, Bytes message) {
  const Bytes whole = {message.data, header.size};
  Require(header.size <= message.size);
  for (const Bytes part :
       {header.message_id, header.context, header.encrypted_data_keys, header.public_key,
        header.commitment, header.body, header.iv, header.tag}) {
    Require(Within(part, whole));
  }
  Require(header.message_id.size == header.suite->message_id_bytes());
  Require(header.is_framed == (header.frame_length > 0));
  Require(CheckEncryptedDataKeys(header.encrypted_data_keys) == Status::kOk);
  Bytes public_key;
  Require(CheckMessageContext(header.context, &public_key) == Status::kOk);
  Require((public_key.data != nullptr) == header.suite->is_signed());
}

void CheckShorter(const MessageHeader& header, const Octets& message, const MessageLimits& limits) {
  for (size_t size = 0; size < header.size; ++size) {
    const Octets piece(message.begin(), message.begin() + static_cast<ptrdiff_t>(size));
    MessageHeader shorter;
    Require(ParseMessageHeader(View(piece), limits, &shorter) == Status::kMessageSize);
  }
}

void CheckLimits(const MessageHeader& header, const Octets& message) {
  MessageHeader again;
  MessageLimits limits;
  limits.max_header_bytes = static_cast<uint32_t>(header.size - 1);
  Require(ParseMessageHeader(View(message), limits, &again) == Status::kMessageLimit);
  limits = MessageLimits();
  limits.max_encrypted_data_keys = header.num_encrypted_data_keys - 1U;
  Require(ParseMessageHeader(View(message), limits, &again) == Status::kMessageLimit);
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead;
  using namespace keystead::fuzz;
  const Octets message(data, data + size);
  const MessageLimits limits;
  MessageHeader header;
  const Status status = ParseMessageHeader(View(message), limits, &header);
  if (status != Status::kOk) {
    Require(status == Status::kMessageSize || status == Status::kMalformedMessage ||
            status == Status::kMessageLimit);
    return 0;
  }
  CheckViews(header, View(message));
  if (header.size < 2000) CheckShorter(header, message, limits);
  CheckLimits(header, message);
  return 0;
}
