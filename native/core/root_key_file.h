// The root key file: 32 random bytes, made once, readable by its owner alone.
#ifndef KEYSTEAD_CORE_ROOT_KEY_FILE_H_
#define KEYSTEAD_CORE_ROOT_KEY_FILE_H_

#include "own_file.h"
#include "secure_buffer.h"

namespace keystead {

// Creates `path` with fresh key bytes, mode 0600. The file is written and synced under another name
// and then moved, so it appears whole or not at all and never replaces one that is there (kExists).
FileResult CreateRootKeyFile(const char* path);

// Reads the key into `key`. Owner, mode, type and size are checked on the open descriptor; a
// symbolic link is not followed.
FileResult ReadRootKeyFile(const char* path, SecureBuffer* key);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_ROOT_KEY_FILE_H_
