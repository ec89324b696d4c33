#include "root_key_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "new_file_name.h"
#include "openssl_runtime.h"
#include "random_pool.h"
#include "root_key.h"

namespace keystead {

namespace {

FileResult Failed(Status status) { return {status, FileProblem::kNone, 0}; }

FileResult CheckFile(const File& file) {
  struct stat info;
  const FileResult own = CheckOwnFile(file, &info);
  if (!own.ok()) return own;
  const mode_t mode = info.st_mode & 07777;
  if (mode != 0600 && mode != 0400) return Problem(FileProblem::kMode);
  if (info.st_size != kRootKeyBytes) return Problem(FileProblem::kSize);
  return {};
}

template <typename Transfer, typename Byte>
bool TransferAll(Transfer transfer, int descriptor, Byte* data, size_t size) {
  while (size > 0) {
    const ssize_t moved = transfer(descriptor, data, size);
    if (moved < 0 && errno == EINTR) continue;
    if (moved <= 0) return false;
    data += moved;
    size -= static_cast<size_t>(moved);
  }
  return true;
}

FileResult WriteNew(const char* path, const SecureBuffer& key) {
  const File file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file.ok()) return OpenProblem();
  if (fchmod(file.get(), 0600) != 0 || !TransferAll(write, file.get(), key.data(), key.size()) ||
      fsync(file.get()) != 0) {
    return IoProblem();
  }
  return {};
}

FileResult Publish(const std::string& temporary, const char* path) {
  if (!MoveToFreeName(AT_FDCWD, temporary.c_str(), path)) {
    return errno == EEXIST ? Problem(FileProblem::kExists) : IoProblem();
  }
  const File folder(FolderOf(path).c_str(), O_RDONLY | O_DIRECTORY);
  if (!folder.ok() || fsync(folder.get()) != 0) return IoProblem();
  return {};
}

}  // namespace

FileResult CreateRootKeyFile(const char* path) {
  const Status started = EnsureStarted();
  if (started != Status::kOk) return Failed(started);
  SecureBuffer key(kRootKeyBytes);
  if (!key.ok()) return Failed(Status::kSecureMemory);
  const Status random = RandomKeyBytes(key.mutable_bytes());
  if (random != Status::kOk) return Failed(random);
  std::string temporary;
  const Status named = TemporaryName(path, &temporary);
  if (named != Status::kOk) return Failed(named);
  FileResult result = WriteNew(temporary.c_str(), key);
  if (result.problem == FileProblem::kNone) result = Publish(temporary, path);
  if (result.problem != FileProblem::kNone) unlink(temporary.c_str());
  return result;
}

FileResult ReadRootKeyFile(const char* path, SecureBuffer* key) {
  const Status started = EnsureStarted();
  if (started != Status::kOk) return Failed(started);
  const File file(path, O_RDONLY);
  if (!file.ok()) return OpenProblem();
  const FileResult checked = CheckFile(file);
  if (checked.problem != FileProblem::kNone) return checked;
  SecureBuffer bytes(kRootKeyBytes);
  if (!bytes.ok()) return Failed(Status::kSecureMemory);
  if (!TransferAll(read, file.get(), bytes.data(), bytes.size())) return IoProblem();
  *key = std::move(bytes);
  return {};
}

}  // namespace keystead
