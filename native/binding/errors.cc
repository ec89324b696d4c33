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

std::string FileMessage(const MessageFileProblem& problem, const std::string& source,
                        const std::string& target) {
  switch (problem.step) {
    case FileStep::kOpenSource:
      return "cannot open `" + source + "`";
    case FileStep::kSourceNotRegular:
      return "`" + source + "` is not a regular file";
    case FileStep::kReadSource:
      return "cannot read `" + source + "`";
    case FileStep::kSourceChanged:
      return "`" + source + "` became shorter while it was read";
    case FileStep::kOpenFolder:
      return "cannot open the folder of `" + target + "`";
    case FileStep::kTargetName:
      return "`" + target + "` does not name a file";
    case FileStep::kTargetNotRegular:
      return "`" + target + "` exists and is not a regular file";
    case FileStep::kTargetExists:
      return "`" + target + "` exists already";
    case FileStep::kSameFile:
      return "`" + source + "` and `" + target + "` are the same file";
    case FileStep::kSyncTarget:
      return "cannot sync `" + target + "`";
    default:
      return "cannot write `" + target + "`";
  }
}

}  // namespace

Napi::Error MakeError(Napi::Env env, const MessageFileProblem& problem, const std::string& source,
                      const std::string& target) {
  const char* code = problem.step == FileStep::kTargetExists ? "ERR_FILE_EXISTS"
                     : problem.step == FileStep::kSameFile   ? "ERR_INVALID_ARGUMENT"
                                                             : "ERR_FILE";
  const std::string reason =
      problem.error_number == 0 ? "" : std::string(": ") + strerror(problem.error_number);
  return MakeError(env, code, FileMessage(problem, source, target) + reason);
}

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
    case Status::kOutOfMemory:
      return MakeError(env, "ERR_OUT_OF_MEMORY", "no memory for the work");
    case Status::kMalformedMessage:
      return MakeError(env, "ERR_INVALID_MESSAGE", "not a message, or a damaged one");
    case Status::kMessageSize:
      return MakeError(env, "ERR_INVALID_MESSAGE",
                       "the message is cut short, or other bytes follow it");
    case Status::kMessageLimit:
      return MakeError(
          env, "ERR_MESSAGE_LIMIT",
          "the message has more encrypted data keys, a longer frame, a longer header or "
          "more frames than are accepted");
    case Status::kSignedMessage:
      return MakeError(env, "ERR_SIGNED_MESSAGE",
                       "the message is signed, and its signature can be checked at its end only");
    case Status::kAborted:
      return MakeError(env, "ERR_ABORTED", "the work was aborted");
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
