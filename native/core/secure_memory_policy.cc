#include "secure_memory_policy.h"

#include <cstdlib>
#include <cstring>

namespace keystead {
namespace {

// secure_getenv(3): a set-user-ID process takes no orders from its caller's environment.
template <typename Value>
Status ReadChoice(const char* variable, const char* name_a, Value a, const char* name_b, Value b,
                  Value* choice) {
  const char* text = secure_getenv(variable);
  if (text == nullptr) return Status::kOk;
  if (std::strcmp(text, name_a) == 0) {
    *choice = a;
  } else if (std::strcmp(text, name_b) == 0) {
    *choice = b;
  } else {
    return Status::kInvalidArgument;
  }
  return Status::kOk;
}

}  // namespace

Status ReadSecureMemoryEnvironment(SecureMemoryPolicy* policy) {
  SecureMemoryPolicy read = *policy;
  KEYSTEAD_RETURN_IF_ERROR(ReadChoice("KEYSTEAD_SECURE_MEMORY", "prefer", SecureMemoryMode::kPrefer,
                                      "require", SecureMemoryMode::kRequire, &read.mode));
  KEYSTEAD_RETURN_IF_ERROR(ReadChoice("KEYSTEAD_SECURE_MEMORY_BACKING", "auto",
                                      SecureMemoryBacking::kAuto, "mlock",
                                      SecureMemoryBacking::kMlock, &read.backing));
  *policy = read;
  return Status::kOk;
}

Status CheckSecureMemoryPolicy(const SecureMemoryPolicy& policy) {
  const bool in_range =
      policy.max_bytes >= kSecureArenaMinBytes && policy.max_bytes <= kSecureArenaMaxBytesLimit;
  return in_range ? Status::kOk : Status::kInvalidArgument;
}

bool operator==(const SecureMemoryPolicy& a, const SecureMemoryPolicy& b) {
  return a.mode == b.mode && a.backing == b.backing && a.max_bytes == b.max_bytes;
}

}  // namespace keystead
