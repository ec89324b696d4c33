// Environment: what the addon keeps per JavaScript environment (main thread or worker).
#ifndef KEYSTEAD_BINDING_ENVIRONMENT_H_
#define KEYSTEAD_BINDING_ENVIRONMENT_H_

#include <napi.h>

#include <cstdint>

namespace keystead {

class Environment {
 public:
  // Attaches the state to `env` and registers its clean-up.
  static Environment* Attach(Napi::Env env);
  static Environment* Of(Napi::Env env) { return env.GetInstanceData<Environment>(); }

  explicit Environment(uint64_t id) : id_(id) {}

  // Unique in the process.
  uint64_t id() const { return id_; }

  // The class KeysteadError: called as `new (code, message)`.
  void set_error_class(Napi::Function error_class) { error_class_ = Napi::Persistent(error_class); }
  Napi::FunctionReference& error_class() { return error_class_; }

  // Called with the number of unlocked bytes, once per process.
  void set_on_unlocked(Napi::Function on_unlocked) { on_unlocked_ = Napi::Persistent(on_unlocked); }
  Napi::FunctionReference& on_unlocked() { return on_unlocked_; }

  // The getter of ArrayBuffer.prototype.resizable: Node-API has no such question.
  void set_is_resizable(Napi::Function is_resizable) {
    is_resizable_ = Napi::Persistent(is_resizable);
  }
  Napi::FunctionReference& is_resizable() { return is_resizable_; }

  // Buffer.allocUnsafeSlow, as it was when the addon was attached.
  void set_allocate_unsafe(Napi::Function allocate) {
    allocate_unsafe_ = Napi::Persistent(allocate);
  }
  Napi::FunctionReference& allocate_unsafe() { return allocate_unsafe_; }

 private:
  const uint64_t id_;
  Napi::FunctionReference error_class_;
  Napi::FunctionReference on_unlocked_;
  Napi::FunctionReference is_resizable_;
  Napi::FunctionReference allocate_unsafe_;
};

// An ending environment runs the loop until nothing is queued any more, but no JavaScript.
bool IsEnding(napi_env env);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_ENVIRONMENT_H_
