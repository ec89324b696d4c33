// FileLockHandle: the binding of file locks.
#ifndef KEYSTEAD_BINDING_FILE_LOCK_H_
#define KEYSTEAD_BINDING_FILE_LOCK_H_

#include <napi.h>

namespace keystead {

void ExportFileLock(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_FILE_LOCK_H_
