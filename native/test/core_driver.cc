// core_driver reads cases from standard input, one a line (`operation hex hex ...`, `-` for empty),
// and answers each with a line: `ok hex` or `error status`. An operation it does not know, or a
// field that is not hexadecimal, ends it with exit status 2: the caller is wrong, not the core.
#include "core_driver.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

namespace keystead::driver {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

[[noreturn]] void Refuse(const char* reason, const std::string& text) {
  std::cerr << "core_driver: " << reason << ": " << text.substr(0, 80) << "\n";
  std::exit(2);
}

const char* NameOf(Status status) {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kInvalidArgument:
      return "invalid_argument";
    case Status::kDecryptionFailed:
      return "decryption_failed";
    case Status::kSecureMemory:
      return "secure_memory";
    case Status::kForked:
      return "forked";
    case Status::kRandomFailed:
      return "random_failed";
    case Status::kCryptoFailed:
      return "crypto_failed";
    default:
      return "unknown";
  }
}

uint8_t DigitValue(char digit, const std::string& field) {
  if (digit >= '0' && digit <= '9') return static_cast<uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<uint8_t>(digit - 'a' + 10);
  Refuse("not lower-case hexadecimal", field);
}

Octets Decode(const std::string& field) {
  if (field == "-") return {};
  if (field.size() % 2 != 0) Refuse("odd number of digits", field);
  Octets octets(field.size() / 2);
  for (size_t i = 0; i < octets.size(); ++i) {
    octets[i] = static_cast<uint8_t>(DigitValue(field[2 * i], field) << 4 |
                                     DigitValue(field[2 * i + 1], field));
  }
  return octets;
}

std::string Encode(const Octets& octets) {
  if (octets.empty()) return "-";
  std::string text;
  for (const uint8_t octet : octets) {
    text += kHexDigits[octet >> 4];
    text += kHexDigits[octet & 15];
  }
  return text;
}

const Operation& Find(const std::string& name) {
  for (const auto* table : {&AeadOperations(), &DerivationOperations(), &KeyOperations()}) {
    for (const Operation& operation : *table) {
      if (name == operation.name) return operation;
    }
  }
  Refuse("unknown operation", name);
}

// The core takes pointers to fixed sizes; the driver refuses here what a binding would refuse.
bool SizesFit(const Operation& operation, const Arguments& in) {
  if (in.size() != operation.argument_sizes.size())
    Refuse("wrong number of fields", operation.name);
  for (size_t i = 0; i < in.size(); ++i) {
    const size_t size = operation.argument_sizes[i];
    if (size != kAny && in[i].size() != size) return false;
  }
  return true;
}

std::string Answer(const std::string& line) {
  std::istringstream fields(line);
  std::string name;
  fields >> name;
  const Operation& operation = Find(name);
  Arguments in;
  for (std::string field; fields >> field;) in.push_back(Decode(field));
  Octets out;
  const Status status =
      SizesFit(operation, in) ? operation.run(in, &out) : Status::kInvalidArgument;
  if (status != Status::kOk) return std::string("error ") + NameOf(status);
  return "ok " + Encode(out);
}

}  // namespace

uint32_t Number(const Octets& octets) {
  uint32_t number = 0;
  for (const uint8_t octet : octets) number = number << 8 | octet;
  return number;
}

Status CheckWiped(Status status, const Octets& out) {
  if (status == Status::kOk) return status;
  const bool wiped = std::all_of(out.begin(), out.end(), [](uint8_t octet) { return octet == 0; });
  return wiped ? status : Status::kCryptoFailed;
}

}  // namespace keystead::driver

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << keystead::driver::Answer(line) << "\n";
  }
  return 0;
}
