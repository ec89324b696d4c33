// MessageFile: an open file that holds a message, and what is done with whole files: encrypt one,
// decrypt one, decrypt a range of one. Positioned reads and writes on up to `threads` threads;
// memory is bounded by two runs of frames a thread.
#ifndef KEYSTEAD_CORE_MESSAGE_FILE_H_
#define KEYSTEAD_CORE_MESSAGE_FILE_H_

#include "heap_bytes.h"
#include "job_control.h"
#include "message_writer.h"
#include "output_file.h"
#include "source_file.h"

namespace keystead {

// Immutable once open: threads may share it.
class MessageFile {
 public:
  // Opens the file and reads its header. The statuses of ParseMessageHeader, and kFile.
  Status Open(const char* path, const MessageLimits& limits, MessageFileProblem* problem);

  const SourceFile& source() const { return source_; }
  const MessageHeader& header() const { return header_; }
  Bytes header_bytes() const { return {bytes_.data(), header_.size}; }
  uint64_t body_bytes() const { return source_.size() - header_.size; }
  Status ReadBody(MutableBytes out, uint64_t offset, MessageFileProblem* problem) const {
    return source_.ReadAt(out, header_.size + offset, problem);
  }

 private:
  SourceFile source_;
  HeapBytes bytes_;
  MessageHeader header_;
};

// What opens a message: see OpenMessageHeader.
struct MessageOpening {
  Bytes data_key;
  Bytes unstored;
};

struct FileJob {
  OutputFileOptions output;
  unsigned threads = 1;
  JobControl* control = nullptr;
  MessageFileProblem* problem = nullptr;  // of kFile
};

// Encrypts a file to another. The target has the source's permission bits. kMessageLimit for more
// than 2^32 - 1 frames; kAborted; kFile.
Status EncryptFile(const MessageWriter& writer, const char* source, const char* target,
                   const FileJob& job);

// Decrypts to `target`, which appears when everything verified, the signature too. The statuses of
// OpenMessage, kAborted, kFile.
Status DecryptFile(const MessageFile& file, const MessageOpening& opening, const char* target,
                   const FileJob& job);

// Gives the plaintext from `start` to `end`, as far as it goes. The final frame is authenticated
// first, which proves the length, then every frame that the range touches. kSignedMessage: a
// signature covers the whole.
Status DecryptRange(const MessageFile& file, const MessageOpening& opening, uint64_t start,
                    uint64_t end, const FileJob& job, HeapBytes* out);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_MESSAGE_FILE_H_
