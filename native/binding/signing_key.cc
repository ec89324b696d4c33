// Access keys and signing keys: the binding of the secrets that sign requests. A secret is handed
// out once, when it is made.
#include "signing_key.h"

#include "arguments.h"
#include "core/access_key.h"
#include "core/wipe.h"
#include "export_function.h"
#include "kms_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

// The longest has fewer than 200: times, names and a hash.
constexpr size_t kMaxStringToSignBytes = 1024;

const RootKey& RootArgument(const Napi::Value& value) {
  return GetHandle<RootKeyObject>(value).key;
}

Bytes View(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string AccessKeyIdArgument(const Napi::Value& value) {
  std::string id = StringArgument(value, "accessKeyId");
  if (id.empty() || id.size() > kMaxAccessKeyIdBytes) {
    ThrowInvalidArgument(value.Env(), "`accessKeyId` must have 1 to 128 bytes");
  }
  return id;
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& root = RootArgument(info[0]);
  const std::string id = AccessKeyIdArgument(info[1]);
  const OwnBytes secret(env, kSecretAccessKeyBytes);
  const OwnBytes wrapped(env, kSecretAccessKeyBytes + kBoxOverheadBytes);
  ThrowIfError(env, CreateSecretAccessKey(root, View(id), secret.bytes.data, wrapped.bytes.data));
  Napi::Object created = Napi::Object::New(env);
  created.Set("secretAccessKey", secret.ToValue(env));
  created.Set("wrappedSecret", wrapped.ToValue(env));
  return created;
}

Napi::Value Wrap(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& root = RootArgument(info[0]);
  const std::string id = AccessKeyIdArgument(info[1]);
  const MutableBytes secret = BytesArgument(info[2], "secret");
  const WipeOnReturn wipe(secret);
  if (secret.size > kMaxSecretAccessKeyBytes) throw MakeError(env, Status::kInvalidArgument);
  const OwnBytes wrapped(env, secret.size + kBoxOverheadBytes);
  ThrowIfError(env, WrapSecretAccessKey(root, View(id), secret, wrapped.bytes.data));
  return wrapped.ToValue(env);
}

Napi::Value Rewrap(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& from = RootArgument(info[0]);
  const RootKey& to = RootArgument(info[1]);
  const std::string id = AccessKeyIdArgument(info[2]);
  const Bytes wrapped = BytesArgument(info[3], "wrappedSecret");
  // A result of any size could be a large one (see OwnBytes), for which all would be read again.
  if (!IsWrappedSecretSize(wrapped.size)) throw MakeError(env, Status::kDecryptionFailed);
  const OwnBytes rewrapped(env, wrapped.size);
  ThrowIfError(env, RewrapSecretAccessKey(from, to, View(id), wrapped, rewrapped.bytes.data));
  return rewrapped.ToValue(env);
}

Napi::Value Derive(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const RootKey& root = RootArgument(info[0]);
  const std::string id = AccessKeyIdArgument(info[1]);
  const Bytes wrapped = BytesArgument(info[2], "wrappedSecret");
  const std::string date = StringArgument(info[3], "date");
  const std::string region = StringArgument(info[4], "region");
  const std::string service = StringArgument(info[5], "service");
  SecureBuffer secret;
  ThrowIfError(env, UnwrapSecretAccessKey(root, View(id), wrapped, &secret));
  SigningKeyObject object;
  ThrowIfError(env, SigningKey::Derive(secret.bytes(), {View(date), View(region), View(service)},
                                       &object.key));
  return MakeHandle(env, HandleSlot<SigningKeyObject>(std::move(object)));
}

// Text of a request on the stack, as UTF-8: one call, where StringArgument makes several and
// allocates.
template <size_t max_size>
class ShortText {
 public:
  ShortText(const Napi::Value& value, const char* name) {
    if (napi_get_value_string_utf8(value.Env(), value, text_, sizeof(text_), &size_) != napi_ok) {
      ThrowInvalidArgument(value.Env(), std::string("`") + name + "` must be a string");
    }
  }

  // False also for text of which a part did not fit.
  bool fits() const { return size_ <= max_size; }
  Bytes bytes() const { return {reinterpret_cast<const uint8_t*>(text_), size_}; }

 private:
  // Whole characters of up to 4 bytes are written, and a zero behind them: whatever is longer than
  // max_size fills more than max_size.
  char text_[max_size + 5];
  size_t size_ = 0;
};

// The value of a digit in lower case, or -1.
int HexValue(uint8_t digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

// Signatures come from outside: they are no secret. False for anything but 64 digits.
bool ReadSignature(Bytes hex, uint8_t* signature) {
  if (hex.size != 2 * kSignatureBytes) return false;
  for (size_t i = 0; i < kSignatureBytes; ++i) {
    const int high = HexValue(hex.data[2 * i]);
    const int low = HexValue(hex.data[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    signature[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

Napi::Value Verify(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SigningKey& key = GetHandle<SigningKeyObject>(info[0]).key;
  const ShortText<kMaxStringToSignBytes> string_to_sign(info[1], "stringToSign");
  const ShortText<2 * kSignatureBytes> hex(info[2], "signature");
  uint8_t signature[kSignatureBytes];
  bool is_valid = false;
  if (string_to_sign.fits() && ReadSignature(hex.bytes(), signature)) {
    ThrowIfError(env, key.Verify(string_to_sign.bytes(), signature, &is_valid));
  }
  return Napi::Boolean::New(env, is_valid);
}

}  // namespace

void ExportSigningKey(Napi::Env, Napi::Object exports) {
  ExportFunction<Create>(exports, "accessKeyCreate");
  ExportFunction<Wrap>(exports, "accessKeyWrap");
  ExportFunction<Rewrap>(exports, "accessKeyRewrap");
  ExportFunction<Derive>(exports, "signingKeyDerive");
  ExportFunction<Verify>(exports, "signingKeyVerify");
  ExportFunction<DisposeHandle<SigningKeyObject>>(exports, "signingKeyDispose");
}

}  // namespace keystead
