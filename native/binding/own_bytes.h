// OwnBytes: a Uint8Array over an ArrayBuffer of its own that native code made, never on V8's heap,
// pooled or external: the only way bytes leave the core. V8 keeps typed arrays of up to 64 bytes
// that JavaScript makes on its heap and moves them about, so that wiping one leaves copies behind.
#ifndef KEYSTEAD_BINDING_OWN_BYTES_H_
#define KEYSTEAD_BINDING_OWN_BYTES_H_

#include <napi.h>

#include "arguments.h"
#include "core/bytes.h"
#include "core/huge_pages.h"
#include "environment.h"
#include "errors.h"

namespace keystead {

struct OwnBytes {
  // ERR_OUT_OF_MEMORY when there is no memory for it. Zeroed only when small: whoever gives it to
  // JavaScript has written every byte of it.
  OwnBytes(Napi::Env env, size_t size) {
    void* memory = nullptr;
    if (!(size < kLargeBytes ? Create(env, size, &memory) : Allocate(env, size, &memory))) {
      DropPendingException(env);
      throw MakeError(env, "ERR_OUT_OF_MEMORY",
                      "no memory for a result of " + std::to_string(size) + " bytes");
    }
    AdviseHugePages(memory, size);
    bytes = {static_cast<uint8_t*>(memory), size};
  }

  Napi::Value ToValue(Napi::Env env) const {
    napi_value array = nullptr;
    if (napi_create_typedarray(env, napi_uint8_array, bytes.size, buffer_, 0, &array) != napi_ok) {
      throw Napi::Error::New(env);
    }
    return Napi::Value(env, array);
  }

  // Whether a function of Node's was called for it, which somebody may have replaced by one of
  // theirs: what was read of handles and buffers before must be read again. (Handles are looked at
  // before, too: a wrong one is told first.)
  bool may_have_run_javascript() const { return bytes.size >= kLargeBytes; }

  // ERR_INVALID_ARGUMENT when `argument` lies in its memory: whoever replaced the function may have
  // given what the caller had passed.
  void RequireApart(Napi::Env env, Bytes argument, const char* name) const {
    if (may_have_run_javascript()) RequireDisjoint(env, argument, name, bytes, "result");
  }

  MutableBytes bytes;

 private:
  static constexpr size_t kLargeBytes = 64 * 1024;

  bool Create(Napi::Env env, size_t size, void** memory) {
    return napi_create_arraybuffer(env, size, memory, &buffer_) == napi_ok;
  }

  // napi_create_arraybuffer aborts the process when there is no memory or the size exceeds V8's
  // limit, and so may napi_create_buffer; Buffer.allocUnsafeSlow throws, and pools nothing. Zeroing
  // a large result takes as long as encrypting it.
  bool Allocate(Napi::Env env, size_t size, void** memory) {
    const napi_value function = Environment::Of(env)->allocate_unsafe().Value();
    napi_value receiver = nullptr;
    napi_value length = nullptr;
    napi_value array = nullptr;
    size_t got = 0;
    return napi_get_undefined(env, &receiver) == napi_ok &&
           napi_create_double(env, static_cast<double>(size), &length) == napi_ok &&
           napi_call_function(env, receiver, function, 1, &length, &array) == napi_ok &&
           napi_get_typedarray_info(env, array, nullptr, nullptr, nullptr, &buffer_, nullptr) ==
               napi_ok &&
           napi_get_arraybuffer_info(env, buffer_, memory, &got) == napi_ok && got == size;
  }

  static void DropPendingException(Napi::Env env) {
    napi_value dropped = nullptr;
    if (env.IsExceptionPending()) napi_get_and_clear_last_exception(env, &dropped);
  }

  napi_value buffer_ = nullptr;
};

[[noreturn]] inline void ThrowChanged(Napi::Env env) {
  ThrowInvalidArgument(env, "an argument changed while the result was allocated");
}

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_OWN_BYTES_H_
