// ExportFunction: every function that JavaScript can call passes here, so that none runs in a
// forked child, and the process is told once when key memory could not be locked.
#ifndef KEYSTEAD_BINDING_EXPORT_FUNCTION_H_
#define KEYSTEAD_BINDING_EXPORT_FUNCTION_H_

#include <napi.h>

#include "core/process_guard.h"
#include "core/secure_arena.h"
#include "environment.h"
#include "errors.h"

namespace keystead {

using Callback = Napi::Value (*)(const Napi::CallbackInfo&);

inline void NoticeUnlockedMemory(Napi::Env env) {
  const size_t bytes = TakeUnlockedNotice();
  if (bytes == 0) return;
  Environment::Of(env)->on_unlocked().Call({Napi::Number::New(env, static_cast<double>(bytes))});
}

template <Callback function>
Napi::Value Guarded(const Napi::CallbackInfo& info) {
  if (IsForkedChild()) throw MakeError(info.Env(), Status::kForked);
  const Napi::Value result = function(info);
  NoticeUnlockedMemory(info.Env());
  return result;
}

template <Callback function>
void ExportFunction(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<Guarded<function>>(exports.Env(), name));
}

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_EXPORT_FUNCTION_H_
