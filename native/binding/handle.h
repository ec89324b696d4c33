// Handle<T>: native objects as JavaScript externals. Each carries a type tag that is random per
// loaded image, since napi_get_value_external checks nothing: another kind of handle, another
// addon's external or another copy of this binary is refused. An external cannot be cloned or
// posted, so a handle stays in the environment that made it.
#ifndef KEYSTEAD_BINDING_HANDLE_H_
#define KEYSTEAD_BINDING_HANDLE_H_

#include <napi.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/process_guard.h"
#include "errors.h"

namespace keystead {

enum class HandleKind : uint64_t {
  kDataKey = 1,
  kKmsKey,
  kRootKey,
  kEpochFile,
  kFileLock,
  kSigningKey,
  kAuditKey,
  kMessageDataKey,
  kMessageSigningKey,
  kMessageWriter,
  kMessageEncryptor,
  kMessageDecryptor,
  kMessageFile,
  kJob,
};
constexpr size_t kHandleKinds = 15;  // with the unused 0

// Draws the random half of the tags, once per loaded image. Called before any handle is made.
void DrawHandleTags();
// The tag of `kind` in this loaded image.
const napi_type_tag& TagOf(HandleKind kind);

// What an external of kind T::kKind points to: empty once disposed.
template <typename T>
using HandleSlot = std::optional<T>;

template <typename T>
void FinalizeHandle(napi_env, void* slot, void*) {
  delete static_cast<HandleSlot<T>*>(slot);
}

template <typename T>
Napi::Value MakeHandle(Napi::Env env, HandleSlot<T> contents) {
  auto slot = std::make_unique<HandleSlot<T>>(std::move(contents));
  napi_value external = nullptr;
  if (napi_create_external(env, slot.get(), FinalizeHandle<T>, nullptr, &external) != napi_ok) {
    throw Napi::Error::New(env);
  }
  slot.release();
  if (napi_type_tag_object(env, external, &TagOf(T::kKind)) != napi_ok) {
    throw Napi::Error::New(env);
  }
  return Napi::Value(env, external);
}

// Whether `value` is a handle of T. Never throws.
template <typename T>
bool IsHandle(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  bool tagged = false;
  if (napi_check_object_type_tag(env, value, &TagOf(T::kKind), &tagged) == napi_ok) return tagged;
  // Node-API converts undefined and null to an object, in vain, and leaves a TypeError behind.
  if (env.IsExceptionPending()) env.GetAndClearPendingException();
  return false;
}

template <typename T>
HandleSlot<T>& GetSlot(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  void* slot = nullptr;
  if (!IsHandle<T>(value) || napi_get_value_external(env, value, &slot) != napi_ok) {
    throw MakeError(env, "ERR_INVALID_HANDLE", "not a handle of this kind and thread");
  }
  return *static_cast<HandleSlot<T>*>(slot);
}

template <typename T>
T& GetHandle(const Napi::Value& value) {
  HandleSlot<T>& slot = GetSlot<T>(value);
  if (!slot.has_value()) {
    throw MakeError(value.Env(), "ERR_DISPOSED", std::string("the ") + T::kName + " was disposed");
  }
  return *slot;
}

template <typename T>
Napi::Value DisposeHandle(const Napi::CallbackInfo& info) {
  GetSlot<T>(info[0]).reset();
  return info.Env().Undefined();
}

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_HANDLE_H_
