// The root key file: 32 random bytes, made once, readable by its owner alone.
#ifndef KEYSTEAD_CORE_ROOT_KEY_FILE_H_
#define KEYSTEAD_CORE_ROOT_KEY_FILE_H_

#include <cstdint>

#include "secure_buffer.h"
#include "status.h"

namespace keystead {

enum class RootKeyFileProblem : uint8_t {
  kNone,
  kNotFound,
  kExists,
  kSymbolicLink,
  kNotRegular,
  kOwner,  // not the effective user
  kMode,   // anything but 0600 or 0400
  kSize,   // not 32 bytes
  kIo,     // see `error_number`
};

struct RootKeyFileResult {
  Status status = Status::kOk;  // kOk also when `problem` says what is wrong with the file
  RootKeyFileProblem problem = RootKeyFileProblem::kNone;
  int error_number = 0;  // errno of kIo
};

// Creates `path` with fresh key bytes, mode 0600. The file is written and synced under another name
// and then moved, so it appears whole or not at all and never replaces one that is there (kExists).
RootKeyFileResult CreateRootKeyFile(const char* path);

// Reads the key into `key`. Owner, mode, type and size are checked on the open descriptor; a
// symbolic link is not followed.
RootKeyFileResult ReadRootKeyFile(const char* path, SecureBuffer* key);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ROOT_KEY_FILE_H_
