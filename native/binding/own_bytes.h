// OwnBytes: a Uint8Array over an ArrayBuffer of its own that native code made, never on V8's heap,
// pooled or external: the only way bytes leave the core. V8 keeps typed arrays of up to 64 bytes
// that JavaScript makes on its heap and moves them about, so that wiping one leaves copies behind.
#ifndef KEYSTEAD_BINDING_OWN_BYTES_H_
#define KEYSTEAD_BINDING_OWN_BYTES_H_

#include <napi.h>

#include "core/bytes.h"
#include "core/huge_pages.h"
#include "environment.h"
#include "errors.h"

namespace keystead {

struct OwnBytes {
  // ERR_OUT_OF_MEMORY when there is no memory for it. Zeroed.
  OwnBytes(Napi::Env env, size_t size) {
    void* memory = nullptr;
    if (!(size < kLargeBytes ? Create(env, size, &memory) : Construct(env, size, &memory))) {
      DropPendingException(env);
      throw MakeError(env, "ERR_OUT_OF_MEMORY",
                      "no memory for a result of " + std::to_string(size) + " bytes");
    }
    AdviseHugePages(memory, size);
    bytes = {static_cast<uint8_t*>(memory), size};
  }

  Napi::Value ToValue(Napi::Env env) const {
    if (array_ != nullptr) return Napi::Value(env, array_);
    napi_value array = nullptr;
    if (napi_create_typedarray(env, napi_uint8_array, bytes.size, buffer_, 0, &array) != napi_ok) {
      throw Napi::Error::New(env);
    }
    return Napi::Value(env, array);
  }

  MutableBytes bytes;

 private:
  static constexpr size_t kLargeBytes = 64 * 1024;

  bool Create(Napi::Env env, size_t size, void** memory) {
    return napi_create_arraybuffer(env, size, memory, &buffer_) == napi_ok;
  }

  // napi_create_arraybuffer aborts the process when there is no memory or the size exceeds V8's
  // limit; the constructor of Uint8Array throws, and keeps arrays of this size off V8's heap too.
  bool Construct(Napi::Env env, size_t size, void** memory) {
    napi_value constructor = Environment::Of(env)->uint8_array().Value();
    napi_value length = nullptr;
    size_t got = 0;
    return napi_create_double(env, static_cast<double>(size), &length) == napi_ok &&
           napi_new_instance(env, constructor, 1, &length, &array_) == napi_ok &&
           napi_get_typedarray_info(env, array_, nullptr, &got, memory, nullptr, nullptr) ==
               napi_ok &&
           got == size;
  }

  static void DropPendingException(Napi::Env env) {
    napi_value dropped = nullptr;
    if (env.IsExceptionPending()) napi_get_and_clear_last_exception(env, &dropped);
  }

  napi_value buffer_ = nullptr;
  napi_value array_ = nullptr;
};

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_OWN_BYTES_H_
