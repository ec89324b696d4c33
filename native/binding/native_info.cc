#include "native_info.h"

#include "arguments.h"
#include "core/openssl_runtime.h"
#include "core/random_pool.h"
#include "core/secure_arena.h"
#include "export_function.h"
#include "own_bytes.h"

namespace keystead {

namespace {

constexpr size_t kMaxRandomBytes = 1024;  // AWS KMS GenerateRandom, NumberOfBytes

const char* BackingName(const SecureMemoryStatus& memory) {
  const int kinds =
      (memory.memfd_secret_bytes > 0) + (memory.mlock_bytes > 0) + (memory.unlocked_bytes > 0);
  if (kinds == 0) return "none";
  if (kinds > 1) return "mixed";
  if (memory.memfd_secret_bytes > 0) return "memfd_secret";
  return memory.mlock_bytes > 0 ? "mlock" : "unlocked";
}

Napi::Object MemoryInfo(Napi::Env env) {
  const SecureMemoryStatus memory = GetSecureMemoryStatus();
  Napi::Object info = Napi::Object::New(env);
  const auto set_bytes = [&](const char* name, size_t bytes) {
    info.Set(name, Napi::Number::New(env, static_cast<double>(bytes)));
  };
  const bool require = memory.policy.mode == SecureMemoryMode::kRequire;
  info.Set("mode", Napi::String::New(env, require ? "require" : "prefer"));
  info.Set("backing", Napi::String::New(env, BackingName(memory)));
  set_bytes("bytesLocked", memory.memfd_secret_bytes + memory.mlock_bytes);
  set_bytes("bytesUnlocked", memory.unlocked_bytes);
  set_bytes("bytesInUse", memory.in_use_bytes);
  set_bytes("bytesAllowed", memory.allowed_bytes);
  set_bytes("bytesMax", memory.policy.max_bytes);
  set_bytes("bytesLarge", memory.large_bytes);
  return info;
}

Napi::Value NativeInfo(const Napi::CallbackInfo& callback) {
  const Napi::Env env = callback.Env();
  const CpuStatus cpu = GetCpuStatus();
  Napi::Object info = Napi::Object::New(env);
  info.Set("openssl", Napi::String::New(env, OpenSslVersion()));
  info.Set("aesGcm", Napi::String::New(env, cpu.aes_gcm));
  info.Set("constantTime", Napi::Boolean::New(env, cpu.constant_time));
  info.Set("ia32cap",
           cpu.ia32cap_env == nullptr ? env.Undefined() : Napi::String::New(env, cpu.ia32cap_env));
  info.Set("memory", MemoryInfo(env));
  return info;
}

SecureMemoryMode ModeArgument(const Napi::Value& value) {
  const std::string mode = StringArgument(value, "mode");
  if (mode == "require") return SecureMemoryMode::kRequire;
  if (mode != "prefer") ThrowInvalidArgument(value.Env(), "`mode` must be `prefer` or `require`");
  return SecureMemoryMode::kPrefer;
}

SecureMemoryBacking BackingArgument(const Napi::Value& value) {
  const std::string backing = StringArgument(value, "backing");
  if (backing == "mlock") return SecureMemoryBacking::kMlock;
  if (backing != "auto") ThrowInvalidArgument(value.Env(), "`backing` must be `auto` or `mlock`");
  return SecureMemoryBacking::kAuto;
}

Napi::Value Configure(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  SecureMemoryPolicy policy;
  policy.mode = ModeArgument(info[0]);
  policy.backing = BackingArgument(info[1]);
  policy.max_bytes =
      IntegerArgument(info[2], "maxBytes", kSecureArenaMinBytes, kSecureArenaMaxBytesLimit);
  if (ConfigureSecureMemory(policy) != Status::kOk) {
    throw MakeError(env, "ERR_SECURE_MEMORY",
                    "secure memory is in use already, under another policy");
  }
  return env.Undefined();
}

Napi::Value Start(const Napi::CallbackInfo& info) {
  ThrowIfError(info.Env(), EnsureStarted());
  return info.Env().Undefined();
}

Napi::Value Reseed(const Napi::CallbackInfo& info) {
  ThrowIfError(info.Env(), ReseedRandom());
  return info.Env().Undefined();
}

template <Status (*fill)(MutableBytes)>
Napi::Value RandomBytes(const Napi::CallbackInfo& info) {
  const OwnBytes bytes(info.Env(), IntegerArgument(info[0], "bytes", 1, kMaxRandomBytes));
  ThrowIfError(info.Env(), fill(bytes.bytes));
  return bytes.ToValue(info.Env());
}

}  // namespace

void ExportNativeInfo(Napi::Env, Napi::Object exports) {
  ExportFunction<Configure>(exports, "configureSecureMemory");
  ExportFunction<Start>(exports, "start");
  ExportFunction<NativeInfo>(exports, "nativeInfo");
  ExportFunction<Reseed>(exports, "reseed");
  ExportFunction<RandomBytes<RandomNonce>>(exports, "randomNonce");
  ExportFunction<RandomBytes<RandomKeyBytes>>(exports, "randomKeyBytes");
}

}  // namespace keystead
