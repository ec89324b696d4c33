// The addon: what JavaScript sees of native/core. The exports are typed in lib/hsm/addon.ts.
#include <napi.h>

#include "audit_key.h"
#include "data_key.h"
#include "environment.h"
#include "epoch_file.h"
#include "errors.h"
#include "file_lock.h"
#include "handle.h"
#include "kms_key.h"
#include "message.h"
#include "native_info.h"
#include "signing_key.h"

namespace keystead {

namespace {

// The error class must be there before anything can throw it, so nothing else is exported until it
// is.
Napi::Value Attach(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction() || !info[1].IsFunction() || !info[2].IsFunction()) {
    throw Napi::TypeError::New(env, "attach takes the error class and two functions");
  }
  Environment::Of(env)->set_error_class(info[0].As<Napi::Function>());
  Environment::Of(env)->set_on_unlocked(info[1].As<Napi::Function>());
  Environment::Of(env)->set_is_resizable(info[2].As<Napi::Function>());
  const auto buffer = env.Global().Get("Buffer").As<Napi::Object>();
  Environment::Of(env)->set_allocate_unsafe(buffer.Get("allocUnsafeSlow").As<Napi::Function>());
  Napi::Object functions = Napi::Object::New(env);
  ExportNativeInfo(env, functions);
  ExportDataKey(env, functions);
  ExportDataKeyAsync(env, functions);
  ExportKmsKey(env, functions);
  ExportKmsKeyBatches(env, functions);
  ExportRootKey(env, functions);
  ExportEpochFile(env, functions);
  ExportFileLock(env, functions);
  ExportSigningKey(env, functions);
  ExportAuditKey(env, functions);
  ExportMessage(env, functions);
  return functions;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  DrawHandleTags();
  Environment::Attach(env);
  exports.Set("attach", Napi::Function::New<Attach>(env, "attach"));
  return exports;
}

}  // namespace

}  // namespace keystead

static Napi::Object InitKeystead(Napi::Env env, Napi::Object exports) {
  return keystead::Init(env, exports);
}

NODE_API_MODULE(keystead, InitKeystead)
