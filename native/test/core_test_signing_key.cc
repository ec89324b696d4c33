// Access keys and signing keys: a secret opens for its own access key alone, and a signature
// verifies under its own scope alone.
#include "../core/signing_key.h"

#include <cstring>
#include <string>

#include "../core/access_key.h"
#include "../core/base64.h"
#include "../core/thread_context.h"
#include "core_test.h"
#include "sample_bytes.h"

namespace keystead::test {
namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Bytes Text(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

const std::string kId = "AKIAIOSFODNN7EXAMPLE";
const std::string kOtherId = "AKIAIOSFODNN7EXAMPLF";
// The example of the AWS General Reference.
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct Root {
  RootKey key;

  explicit Root(uint8_t first = 1) {
    const Octets root_key = SampleBytes(kRootKeyBytes, first);
    const Octets store_id = SampleBytes(kStoreIdBytes, 77);
    EXPECT(RootKey::Derive(root_key.data(), store_id.data(), &key) == Status::kOk);
  }
};

Octets Wrap(const Root& root, const std::string& id, const std::string& secret) {
  Octets wrapped(secret.size() + kBoxOverheadBytes);
  EXPECT(WrapSecretAccessKey(root.key, Text(id), Text(secret), wrapped.data()) == Status::kOk);
  return wrapped;
}

Status Unwrap(const Root& root, const std::string& id, const Octets& wrapped) {
  SecureBuffer secret;
  return UnwrapSecretAccessKey(root.key, Text(id), View(wrapped), &secret);
}

bool IsSigned(const SigningScope& scope, const std::string& string_to_sign,
              const Octets& signature) {
  SigningKey key;
  bool is_valid = false;
  EXPECT(SigningKey::Derive(Text(kSecret), scope, &key) == Status::kOk);
  EXPECT(key.Verify(Text(string_to_sign), signature.data(), &is_valid) == Status::kOk);
  return is_valid;
}

Octets Unhex(const std::string& text) {
  Octets octets;
  for (size_t i = 0; i < text.size(); i += 2) {
    octets.push_back(static_cast<uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return octets;
}

}  // namespace

KEYSTEAD_TEST(Base64DigitsAreThoseOfTheAlphabet) {
  for (int value = 0; value < 64; ++value) EXPECT(Base64Digit(value) == kDigits[value]);
}

KEYSTEAD_TEST(Base64EncodesWholeGroups) {
  const std::string text = "foobar";
  uint8_t digits[8];
  EncodeBase64(Text(text), digits);
  EXPECT(memcmp(digits, "Zm9vYmFy", sizeof(digits)) == 0);  // RFC 4648 §10
}

KEYSTEAD_TEST(AccessKeySecretsAreFreshAndOpenAgain) {
  const Root root;
  Octets secrets[2];
  for (Octets& secret : secrets) {
    secret.resize(kSecretAccessKeyBytes);
    Octets wrapped(kSecretAccessKeyBytes + kBoxOverheadBytes);
    EXPECT(CreateSecretAccessKey(root.key, Text(kId), secret.data(), wrapped.data()) ==
           Status::kOk);
    for (const uint8_t digit : secret) EXPECT(strchr(kDigits, digit) != nullptr);
    SecureBuffer opened;
    EXPECT(UnwrapSecretAccessKey(root.key, Text(kId), View(wrapped), &opened) == Status::kOk);
    EXPECT(Octets(opened.data(), opened.data() + opened.size()) == secret);
  }
  EXPECT(secrets[0] != secrets[1]);
}

KEYSTEAD_TEST(AccessKeySecretsOpenNowhereElse) {
  const Root root;
  const Root other_root(9);
  const Octets wrapped = Wrap(root, kId, kSecret);
  EXPECT(Unwrap(root, kId, wrapped) == Status::kOk);
  EXPECT(Unwrap(root, kOtherId, wrapped) == Status::kDecryptionFailed);
  EXPECT(Unwrap(other_root, kId, wrapped) == Status::kDecryptionFailed);
  for (size_t i = 0; i < wrapped.size(); ++i) {
    Octets changed = wrapped;
    changed[i] ^= 1;
    EXPECT(Unwrap(root, kId, changed) == Status::kDecryptionFailed);
  }
}

KEYSTEAD_TEST(AccessKeySecretsRefuseSizesOutOfRange) {
  const Root root;
  const std::string long_text(kMaxSecretAccessKeyBytes + 1, 'x');
  Octets out(long_text.size() + kBoxOverheadBytes);
  const auto wrap = [&](const std::string& id, const std::string& secret) {
    return WrapSecretAccessKey(root.key, Text(id), Text(secret), out.data());
  };
  EXPECT(wrap(kId, "") == Status::kInvalidArgument);
  EXPECT(wrap(kId, long_text) == Status::kInvalidArgument);
  EXPECT(wrap("", kSecret) == Status::kInvalidArgument);
  EXPECT(wrap(long_text, kSecret) == Status::kInvalidArgument);
  EXPECT(Unwrap(root, long_text, out) == Status::kInvalidArgument);
  EXPECT(Unwrap(root, kId, out) == Status::kDecryptionFailed);
  EXPECT(Unwrap(root, kId, Octets(kBoxOverheadBytes)) == Status::kDecryptionFailed);
}

KEYSTEAD_TEST(AccessKeySecretsMoveToAnotherRootKey) {
  const Root from;
  const Root to(9);
  const Octets wrapped = Wrap(from, kId, kSecret);
  Octets rewrapped(wrapped.size());
  EXPECT(RewrapSecretAccessKey(from.key, to.key, Text(kId), View(wrapped), rewrapped.data()) ==
         Status::kOk);
  EXPECT(Unwrap(to, kId, rewrapped) == Status::kOk);
  EXPECT(Unwrap(from, kId, rewrapped) == Status::kDecryptionFailed);
  EXPECT(RewrapSecretAccessKey(to.key, from.key, Text(kId), View(wrapped), rewrapped.data()) ==
         Status::kDecryptionFailed);
}

// AWS Signature Version 4 test suite, get-vanilla.
KEYSTEAD_TEST(SigningKeyVerifiesTheExampleAndNothingElse) {
  const std::string string_to_sign =
      "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
      "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63";
  const Octets signature =
      Unhex("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  const auto scope = [](const char* date, const char* region, const char* service) {
    return SigningScope{{reinterpret_cast<const uint8_t*>(date), strlen(date)},
                        {reinterpret_cast<const uint8_t*>(region), strlen(region)},
                        {reinterpret_cast<const uint8_t*>(service), strlen(service)}};
  };
  const SigningScope own = scope("20150830", "us-east-1", "service");
  EXPECT(IsSigned(own, string_to_sign, signature));
  EXPECT(!IsSigned(own, string_to_sign + "x", signature));
  EXPECT(!IsSigned(scope("20150831", "us-east-1", "service"), string_to_sign, signature));
  EXPECT(!IsSigned(scope("20150830", "us-east-2", "service"), string_to_sign, signature));
  EXPECT(!IsSigned(scope("20150830", "us-east-1", "kms"), string_to_sign, signature));
  for (size_t i = 0; i < signature.size(); ++i) {
    Octets changed = signature;
    changed[i] ^= 0x80;
    EXPECT(!IsSigned(own, string_to_sign, changed));
  }
}

KEYSTEAD_TEST(SigningKeyLeavesNothingInTheScratch) {
  SigningKey key;
  bool is_valid = true;
  const Octets signature(kSignatureBytes);
  EXPECT(SigningKey::Derive(Text(kSecret), {}, &key) == Status::kOk);
  EXPECT(key.Verify({}, signature.data(), &is_valid) == Status::kOk);
  ThreadContext* thread = nullptr;
  ASSERT(GetThreadContext(&thread) == Status::kOk);
  EXPECT(IsAllZero(thread->scratch, kThreadScratchBytes));
}

KEYSTEAD_TEST(SigningKeyRefusesASecretThatIsTooLong) {
  SigningKey key;
  const std::string secret(kMaxSecretAccessKeyBytes + 1, 'x');
  EXPECT(SigningKey::Derive(Text(secret), {}, &key) == Status::kInvalidArgument);
}

}  // namespace keystead::test
