// Names of files that are being made: the folder of a path, a name that nobody else chooses, and a
// move that replaces nothing.
#ifndef KEYSTEAD_CORE_NEW_FILE_NAME_H_
#define KEYSTEAD_CORE_NEW_FILE_NAME_H_

#include <string>

#include "status.h"

namespace keystead {

// The folder of `path`. Ends in a dot, so that one that is a symbolic link is opened all the same.
std::string FolderOf(const std::string& path);

// `name`, a dot and 16 random hexadecimal digits.
Status TemporaryName(const std::string& name, std::string* temporary);

// Renames within `folder` (a descriptor, or AT_FDCWD) unless `to` exists: then false, with EEXIST.
bool MoveToFreeName(int folder, const char* from, const char* to);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_NEW_FILE_NAME_H_
