// EpochFileHandle: the binding of epoch files.
#ifndef KEYSTEAD_BINDING_EPOCH_FILE_H_
#define KEYSTEAD_BINDING_EPOCH_FILE_H_

#include <napi.h>

namespace keystead {

void ExportEpochFile(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_EPOCH_FILE_H_
