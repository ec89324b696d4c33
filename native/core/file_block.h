// The block of a message that is not framed, from a file and in slices: its one tag stands at its
// end, so whoever takes the slices gives them out only after this has returned kOk.
#ifndef KEYSTEAD_CORE_FILE_BLOCK_H_
#define KEYSTEAD_CORE_FILE_BLOCK_H_

#include "message_file.h"

namespace keystead {

class BlockSink {
 public:
  virtual ~BlockSink() = default;
  // The next bytes of plaintext, not verified.
  virtual Status Take(Bytes slice, uint64_t offset) = 0;
};

// The length that the block claims. kMessageSize when the file does not hold that much.
Status ReadBlockLength(const MessageFile& file, uint64_t* length, MessageFileProblem* problem);

// Decrypts it and checks its tag, its signature where there is one, and that nothing follows.
Status OpenBlockOfFile(const MessageFile& file, const MessageSecrets& secrets, BlockSink* sink,
                       const FileJob& job);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_FILE_BLOCK_H_
