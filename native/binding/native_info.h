// What the native side tells of itself, and the policy of its memory.
#ifndef KEYSTEAD_BINDING_NATIVE_INFO_H_
#define KEYSTEAD_BINDING_NATIVE_INFO_H_

#include <napi.h>

namespace keystead {

void ExportNativeInfo(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_NATIVE_INFO_H_
