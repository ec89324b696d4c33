// Whole messages: arbitrary ones, and one of our own that was changed, cut, lengthened or had
// frames moved. In one call and in pieces they give the same plaintext or are both refused, and
// what was changed is always refused.
#include "../core/message_decryptor.h"
#include "../core/message_encryptor.h"
#include "../core/message_open.h"
#include "../core/message_seal.h"
#include "fuzz_input.h"

namespace keystead::fuzz {

namespace {

// One encrypted data key with empty fields.
constexpr uint8_t kEncryptedDataKeys[] = {0, 1, 0, 0, 0, 0, 0, 0};
constexpr size_t kMaxPlaintextBytes = 2000;

const SharedDataKey& Key() {
  static const SharedDataKey* key = [] {
    auto* made = new SharedDataKey(std::make_shared<SecureBuffer>(kAes256KeyBytes));
    for (size_t i = 0; i < kAes256KeyBytes; ++i) (*made)->data()[i] = static_cast<uint8_t>(i);
    return made;
  }();
  return *key;
}

struct Outcome {
  bool ok;
  Octets plaintext;
};

Outcome OpenWhole(const Octets& message) {
  ParsedMessage parsed;
  JobControl control;
  if (ParseMessage(View(message), MessageLimits(), &parsed) != Status::kOk) return {false, {}};
  Octets out(parsed.body.plaintext_bytes, 0xA5);
  const Status status = OpenMessage(parsed, Key()->bytes(), {}, 1, &control, out.data());
  Require(status == Status::kOk || IsAllZero(out));
  return {status == Status::kOk, status == Status::kOk ? out : Octets()};
}

// The next piece as a heap block of its own.
Outcome OpenInPieces(const Octets& message, size_t piece_bytes) {
  MessageHeader header;
  if (ParseMessageHeader(View(message), MessageLimits(), &header) != Status::kOk) {
    return {false, {}};
  }
  MessageDecryptor decryptor(header, MessageLimits().max_frame_length);
  if (decryptor.Start(header, Key()->bytes(), {}) != Status::kOk) return {false, {}};
  Octets plaintext;
  for (size_t at = header.size; at < message.size(); at += piece_bytes) {
    const auto begin = message.begin() + static_cast<ptrdiff_t>(at);
    const Octets piece(begin,
                       begin + static_cast<ptrdiff_t>(std::min(piece_bytes, message.size() - at)));
    uint64_t size = 0;
    if (decryptor.UpdateBytes(View(piece), &size) != Status::kOk) return {false, {}};
    Require(size <= message.size());
    Octets out(size, 0xA5);
    const Status status = decryptor.Update(View(piece), out.data());
    if (status != Status::kOk) return {false, {}};
    plaintext.insert(plaintext.end(), out.begin(), out.end());
  }
  return {decryptor.Finish() == Status::kOk, plaintext};
}

bool Open(const Octets& message, size_t piece_bytes, Octets* plaintext) {
  const Outcome whole = OpenWhole(message);
  const Outcome pieces = OpenInPieces(message, piece_bytes);
  Require(whole.ok == pieces.ok);
  if (whole.ok) Require(whole.plaintext == pieces.plaintext);
  *plaintext = whole.plaintext;
  return whole.ok;
}

MessageWriter Writer(uint32_t frame_length) {
  MessageWriter writer;
  const MessageHeaderParts parts = {
      kCommittingSuite, {}, {kEncryptedDataKeys, sizeof(kEncryptedDataKeys)}, frame_length};
  Require(MessageWriter::Create(Key(), parts, nullptr, &writer) == Status::kOk);
  return writer;
}

Octets Seal(const MessageWriter& writer, const Octets& plaintext) {
  uint64_t size = 0;
  JobControl control;
  Require(SealedMessageBytes(writer, plaintext.size(), &size) == Status::kOk);
  Octets message(size);
  Require(SealMessage(writer, View(plaintext), 1, &control, message.data()) == Status::kOk);
  return message;
}

// Moves, repeats or drops a stretch of bytes.
Octets Rearranged(const Octets& message, FuzzInput* input) {
  const size_t from = input->TakeNumber() % message.size();
  const size_t size = input->TakeNumber() % (message.size() - from + 1);
  Octets changed = message;
  const Octets stretch(message.begin() + static_cast<ptrdiff_t>(from),
                       message.begin() + static_cast<ptrdiff_t>(from + size));
  const size_t choice = input->TakeNumber();
  if (choice % 2 == 0) {
    changed.erase(changed.begin() + static_cast<ptrdiff_t>(from),
                  changed.begin() + static_cast<ptrdiff_t>(from + size));
  }
  if (choice % 3 == 0) {
    const size_t to = input->TakeNumber() % (changed.size() + 1);
    changed.insert(changed.begin() + static_cast<ptrdiff_t>(to), stretch.begin(), stretch.end());
  }
  return changed;
}

void OpenOwn(FuzzInput* input) {
  const uint32_t frame_length = static_cast<uint32_t>(input->TakeNumber() % 600 + 1);
  const size_t piece_bytes = input->TakeNumber() % 700 + 1;
  const size_t bit = input->TakeNumber();
  FuzzInput moves = *input;
  const Octets plaintext = input->Take(kMaxPlaintextBytes);
  const Octets message = Seal(Writer(frame_length), plaintext);
  Octets opened;
  Require(Open(message, piece_bytes, &opened) && opened == plaintext);
  Require(!Open(WithChangedBit(message, bit), piece_bytes, &opened));
  const Octets moved = Rearranged(message, &moves);
  Require(Open(moved, piece_bytes, &opened) == (moved == message));
}

}  // namespace

}  // namespace keystead::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keystead::fuzz;
  FuzzInput input(data, size);
  const size_t piece_bytes = input.TakeNumber() % 700 + 1;
  FuzzInput rest = input;
  Octets plaintext;
  Open(rest.TakeRest(), piece_bytes, &plaintext);
  OpenOwn(&input);
  return 0;
}
