#include "arguments.h"

#include <cmath>

#include "environment.h"
#include "errors.h"

namespace keystead {

namespace {

constexpr size_t kMaxStringBytes = 4095;  // PATH_MAX without the terminator

[[noreturn]] void ThrowNotBytes(Napi::Env env, const char* name) {
  ThrowInvalidArgument(
      env, std::string("`") + name +
               "` must be a Uint8Array over memory that is not shared, resizable or detached");
}

// V8 reserves whole pages for a resizable buffer, as it does for little else: asking JavaScript is
// seldom needed.
bool MayBeResizable(const void* start) {
  constexpr uintptr_t kPageMask = 4096 - 1;
  return (reinterpret_cast<uintptr_t>(start) & kPageMask) == 0;
}

bool IsResizable(Napi::Env env, napi_value buffer) {
  return Environment::Of(env)->is_resizable().Call(buffer, {}).ToBoolean();
}

bool IsDetached(napi_env env, napi_value buffer) {
  bool detached = false;
  return napi_is_detached_arraybuffer(env, buffer, &detached) != napi_ok || detached;
}

bool ReadBytes(const Napi::Value& value, MutableBytes* bytes) {
  const Napi::Env env = value.Env();
  napi_typedarray_type type;
  void* data = nullptr;
  napi_value buffer = nullptr;
  size_t offset = 0;
  bool is_unshared = false;
  if (napi_get_typedarray_info(env, value, &type, &bytes->size, &data, &buffer, &offset) !=
          napi_ok ||
      type != napi_uint8_array || napi_is_arraybuffer(env, buffer, &is_unshared) != napi_ok ||
      !is_unshared || (bytes->size == 0 && IsDetached(env, buffer))) {
    return false;
  }
  bytes->data = static_cast<uint8_t*>(data);
  return !MayBeResizable(bytes->data - offset) || !IsResizable(env, buffer);
}

}  // namespace

MutableBytes BytesArgument(const Napi::Value& value, const char* name) {
  MutableBytes bytes;
  if (!ReadBytes(value, &bytes)) ThrowNotBytes(value.Env(), name);
  return bytes;
}

MutableBytes BytesArgument(const Napi::Value& value, const char* name, size_t size) {
  const MutableBytes bytes = BytesArgument(value, name);
  if (bytes.size != size) {
    ThrowInvalidArgument(value.Env(), std::string("`") + name + "` must have " +
                                          std::to_string(size) + " bytes, got " +
                                          std::to_string(bytes.size));
  }
  return bytes;
}

MutableBytes OutArgument(const Napi::Value& value, uint64_t size) {
  const MutableBytes out = BytesArgument(value, "out");
  if (out.size < size) {
    ThrowInvalidArgument(value.Env(), "`out` must have at least " + std::to_string(size) +
                                          " bytes, got " + std::to_string(out.size));
  }
  return {out.data, size};
}

Bytes OptionalBytesArgument(const Napi::Value& value, const char* name) {
  // Asking for the type first would cost as much as reading the bytes.
  MutableBytes bytes;
  if (ReadBytes(value, &bytes)) return bytes;
  if (!value.IsUndefined()) ThrowNotBytes(value.Env(), name);
  return {};
}

uint64_t IntegerArgument(const Napi::Value& value, const char* name, uint64_t min, uint64_t max) {
  double number = NAN;
  if (napi_get_value_double(value.Env(), value, &number) == napi_ok &&
      number >= static_cast<double>(min) && number <= static_cast<double>(max)) {
    const auto integer = static_cast<uint64_t>(number);
    if (static_cast<double>(integer) == number) return integer;
  }
  ThrowInvalidArgument(value.Env(), std::string("`") + name + "` must be an integer from " +
                                        std::to_string(min) + " to " + std::to_string(max));
}

std::string StringArgument(const Napi::Value& value, const char* name) {
  size_t size = 0;
  const bool fits = napi_get_value_string_utf8(value.Env(), value, nullptr, 0, &size) == napi_ok &&
                    size <= kMaxStringBytes;
  std::string text = fits ? value.As<Napi::String>().Utf8Value() : std::string();
  // The kernel would take a path up to its first zero byte, which is another one.
  if (!fits || text.find('\0') != std::string::npos) {
    ThrowInvalidArgument(value.Env(), std::string("`") + name + "` must be a string of at most " +
                                          std::to_string(kMaxStringBytes) +
                                          " bytes, none of them zero");
  }
  return text;
}

void RequireDisjoint(Napi::Env env, Bytes a, const char* name_a, Bytes b, const char* name_b) {
  const auto a_start = reinterpret_cast<uintptr_t>(a.data);
  const auto b_start = reinterpret_cast<uintptr_t>(b.data);
  if (a.size == 0 || b.size == 0 || a_start + a.size <= b_start || b_start + b.size <= a_start) {
    return;
  }
  ThrowInvalidArgument(env, std::string("`") + name_a + "` and `" + name_b + "` overlap");
}

}  // namespace keystead
