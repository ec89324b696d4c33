#include "new_file_name.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "random_pool.h"

namespace keystead {

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/') + 1) + "."; }

Status TemporaryName(const std::string& name, std::string* temporary) {
  uint8_t random[8];
  KEYSTEAD_RETURN_IF_ERROR(RandomNonce({random, sizeof(random)}));
  *temporary = name + ".";
  for (const uint8_t byte : random) {
    char hex[3];
    snprintf(hex, sizeof(hex), "%02x", byte);
    *temporary += hex;
  }
  return Status::kOk;
}

// By renameat2(2) the file has one name at every moment: no crash leaves a second one that outlives
// the first. Some file systems do not know RENAME_NOREPLACE.
bool MoveToFreeName(int folder, const char* from, const char* to) {
  if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0) return true;
  return (errno == EINVAL || errno == ENOSYS) && linkat(folder, from, folder, to, 0) == 0 &&
         unlinkat(folder, from, 0) == 0;
}

}  // namespace keystead
