#include "errors.h"

#include <cstring>

#include "core/secure_arena.h"
#include "core/secure_memory_policy.h"
#include "environment.h"

namespace keystead {

namespace {

std::string SecureMemoryMessage() {
  const SecureMemoryStatus memory = GetSecureMemoryStatus();
  const bool require = memory.policy.mode == SecureMemoryMode::kRequire;
  return "secure memory is exhausted: " + std::to_string(memory.in_use_bytes) + " bytes in use, " +
         std::to_string(require ? memory.allowed_bytes : memory.policy.max_bytes) +
         " bytes allowed by " + (require ? "RLIMIT_MEMLOCK and maxBytes" : "maxBytes") +
         ", at least " + std::to_string(kSecureArenaMinBytes) + " bytes needed";
}

// The only other reason for this status is a variable of the environment, which nobody passed as an
// argument.
std::string InvalidArgumentMessage() {
  SecureMemoryPolicy policy;
  if (ReadSecureMemoryEnvironment(&policy) == Status::kOk) {
    return "a size or range is outside its limits";
  }
  return "the environment variable KEYSTEAD_SECURE_MEMORY must be `prefer` or `require`, and "
         "KEYSTEAD_SECURE_MEMORY_BACKING `auto` or `mlock`";
}

std::string ProblemMessage(const FileResult& result) {
  switch (result.problem) {
    case FileProblem::kNotFound:
      return "does not exist";
    case FileProblem::kExists:
      return "exists already";
    case FileProblem::kSymbolicLink:
      return "is a symbolic link";
    case FileProblem::kNotRegular:
      return "is not a regular file";
    case FileProblem::kOwner:
      return "belongs to another user";
    case FileProblem::kMode:
      return "must have mode 0600 or 0400";
    case FileProblem::kWritable:
      return "can be written by other users";
    case FileProblem::kReplaced:
      return "was cut off, deleted or replaced while it was in use";
    case FileProblem::kSize:
      return "must hold exactly 32 bytes";
    default:
      return std::string("cannot be used: ") + strerror(result.error_number);
  }
}

}  // namespace

Napi::Error MakeError(Napi::Env env, const char* code, const std::string& message) {
  const Napi::Value error = Environment::Of(env)->error_class().New(
      {Napi::String::New(env, code), Napi::String::New(env, message)});
  return Napi::Error(env, error);
}

Napi::Error MakeError(Napi::Env env, Status status) {
  switch (status) {
    case Status::kInvalidArgument:
      return MakeError(env, "ERR_INVALID_ARGUMENT", InvalidArgumentMessage());
    case Status::kDecryptionFailed:
      return MakeError(env, "ERR_DECRYPTION_FAILED", "decryption failed");
    case Status::kSecureMemory:
      return MakeError(env, "ERR_SECURE_MEMORY", SecureMemoryMessage());
    case Status::kForked:
      return MakeError(env, "ERR_FORKED",
                       "this process was forked from the one that holds the keys");
    case Status::kRandomFailed:
      return MakeError(env, "ERR_CRYPTO", "the operating system gives no entropy");
    default:
      return MakeError(env, "ERR_CRYPTO", "OpenSSL failed");
  }
}

void ThrowInvalidArgument(Napi::Env env, const std::string& message) {
  throw MakeError(env, "ERR_INVALID_ARGUMENT", message);
}

void ThrowIfError(Napi::Env env, const FileResult& result, const char* code,
                  const std::string& file) {
  ThrowIfError(env, result.status);
  if (!result.ok()) throw MakeError(env, code, file + " " + ProblemMessage(result));
}

}  // namespace keystead
