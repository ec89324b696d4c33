// Arguments: kinds and bounds of what JavaScript passes. The TypeScript above has validated
// already; these checks keep the process safe from any caller.
#ifndef KEYSTEAD_BINDING_ARGUMENTS_H_
#define KEYSTEAD_BINDING_ARGUMENTS_H_

#include <napi.h>

#include <string>

#include "core/bytes.h"

namespace keystead {

// The memory of a Uint8Array over an ArrayBuffer that is attached and neither shared nor resizable;
// ERR_INVALID_ARGUMENT, naming `name`, for everything else. Valid until the next call into
// JavaScript.
MutableBytes BytesArgument(const Napi::Value& value, const char* name);

// The same, of exactly `size` bytes.
MutableBytes BytesArgument(const Napi::Value& value, const char* name, size_t size);

// The first `size` bytes of `out`, which must have as many.
MutableBytes OutArgument(const Napi::Value& value, uint64_t size);

// The same as the first, or no bytes for undefined.
Bytes OptionalBytesArgument(const Napi::Value& value, const char* name);

// An integer in [min, max].
uint64_t IntegerArgument(const Napi::Value& value, const char* name, uint64_t min, uint64_t max);

// At most 4,095 bytes of UTF-8, as open(2) takes a path, and none of them zero.
std::string StringArgument(const Napi::Value& value, const char* name);

// ERR_INVALID_ARGUMENT when the two share memory.
void RequireDisjoint(Napi::Env env, Bytes a, const char* name_a, Bytes b, const char* name_b);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_ARGUMENTS_H_
