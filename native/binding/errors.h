// Errors: the one place where a Status becomes the `code` of a JavaScript error.
#ifndef KEYSTEAD_BINDING_ERRORS_H_
#define KEYSTEAD_BINDING_ERRORS_H_

#include <napi.h>

#include <string>

#include "core/message_file_problem.h"
#include "core/own_file.h"
#include "core/status.h"

namespace keystead {

// A KeysteadError with `code` and `message`.
Napi::Error MakeError(Napi::Env env, const char* code, const std::string& message);
// The error of a Status other than kOk.
Napi::Error MakeError(Napi::Env env, Status status);

// Throws unless `status` is kOk.
inline void ThrowIfError(Napi::Env env, Status status) {
  if (status != Status::kOk) throw MakeError(env, status);
}

[[noreturn]] void ThrowInvalidArgument(Napi::Env env, const std::string& message);

// The error of kFile.
Napi::Error MakeError(Napi::Env env, const MessageFileProblem& problem, const std::string& source,
                      const std::string& target);

// Throws `code` (or the error of the status) unless the file is fine. `file` begins the message.
void ThrowIfError(Napi::Env env, const FileResult& result, const char* code,
                  const std::string& file);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_ERRORS_H_
