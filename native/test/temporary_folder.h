// A folder of a test, removed with what is in it.
#ifndef KEYSTEAD_TEST_TEMPORARY_FOLDER_H_
#define KEYSTEAD_TEST_TEMPORARY_FOLDER_H_

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <string>

#include "sample_bytes.h"

namespace keystead::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* base = getenv("TMPDIR");
    path_ = std::string(base == nullptr ? "/tmp" : base) + "/keystead-core-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) abort();
  }
  ~TemporaryFolder() {
    for (const std::string& name : Names()) unlink(At(name).c_str());
    rmdir(path_.c_str());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string At(const std::string& name) const { return path_ + "/" + name; }

  std::set<std::string> Names() const {
    std::set<std::string> names;
    DIR* folder = opendir(path_.c_str());
    for (const dirent* entry = readdir(folder); entry != nullptr; entry = readdir(folder)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.insert(name);
    }
    closedir(folder);
    return names;
  }

  void Write(const std::string& name, const Octets& octets, mode_t mode = 0644) const {
    const int file = open(At(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (write(file, octets.data(), octets.size()) != static_cast<ssize_t>(octets.size())) abort();
    close(file);
  }

  Octets Read(const std::string& name) const {
    Octets octets(16 << 20);
    const int file = open(At(name).c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t size = read(file, octets.data(), octets.size());
    close(file);
    octets.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return octets;
  }

  struct stat Info(const std::string& name) const {
    struct stat info = {};
    if (stat(At(name).c_str(), &info) != 0) info.st_mode = 0;
    return info;
  }

 private:
  std::string path_;
};

}  // namespace keystead::test

#endif  // KEYSTEAD_TEST_TEMPORARY_FOLDER_H_
