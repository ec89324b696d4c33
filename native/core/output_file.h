// OutputFile: a file that appears under its name whole, or not at all. It is written without a name
// (O_TMPFILE) and linked last, so that a kill leaves nothing; on file systems that cannot do that,
// under a temporary name with mode 0600.
#ifndef KEYSTEAD_CORE_OUTPUT_FILE_H_
#define KEYSTEAD_CORE_OUTPUT_FILE_H_

#include <sys/stat.h>

#include <string>

#include "bytes.h"
#include "message_file_problem.h"
#include "own_file.h"

namespace keystead {

struct OutputFileOptions {
  bool overwrite = false;    // replace a regular file that has the name
  bool sync = true;          // the file, then its folder
  bool try_nameless = true;  // false: as on a file system without O_TMPFILE, for tests
};

class OutputFile {
 public:
  OutputFile() = default;
  // Removes what was not published.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // `source` is what will be read: the target must be another file. kFile with `problem` filled.
  Status Create(const char* path, const struct stat& source, const OutputFileOptions& options,
                MessageFileProblem* problem);

  // Thread-safe.
  Status WriteAt(Bytes in, uint64_t offset, MessageFileProblem* problem) const;

  // Gives it its permission bits and its name. An existing name fails atomically (kTargetExists)
  // unless overwriting was asked for. Replacing takes a second name for an instant, since Linux
  // links without replacing only.
  Status Publish(mode_t mode, MessageFileProblem* problem);

 private:
  Status CheckName(const struct stat& source, MessageFileProblem* problem) const;
  Status CreateTemporary(MessageFileProblem* problem);
  bool Link(const char* name) const;
  bool TakeName();
  bool ReplaceName();

  OutputFileOptions options_;
  File folder_;
  File file_;
  std::string name_;
  std::string temporary_;  // empty while the file has no name but its own
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_OUTPUT_FILE_H_
