#include "file_block.h"

#include <algorithm>

#include "big_endian.h"

namespace keystead {

namespace {

constexpr size_t kSliceBytes = 512 * 1024;
constexpr size_t kMaxFooterBytes = 2 + kMaxSignatureBytes;

struct BlockReader {
  const MessageFile& file;
  BlockSink* const sink;
  const FileJob& job;
  EVP_CIPHER_CTX* context;
  MessageHash hash;
  HeapBytes slice;
  HeapBytes plaintext;

  Status ReadSlice(uint64_t offset, size_t size) {
    if (!slice.Resize(size) || !plaintext.Resize(size)) return Status::kOutOfMemory;
    return file.ReadBody({slice.data(), size}, offset, job.problem);
  }

  Status OpenSlice(uint64_t offset, size_t size) {
    if (job.control->stop) return Status::kAborted;
    KEYSTEAD_RETURN_IF_ERROR(ReadSlice(kBlockHeadBytes + offset, size));
    hash.Update(slice.bytes());
    KEYSTEAD_RETURN_IF_ERROR(AesGcmUpdate(context, slice.bytes(), plaintext.data()));
    job.control->done_bytes += size;
    return sink->Take(plaintext.bytes(), offset);
  }

  Status CheckTag(uint64_t length) {
    KEYSTEAD_RETURN_IF_ERROR(ReadSlice(kBlockHeadBytes + length, kAesGcmTagBytes));
    hash.Update(slice.bytes());
    return AesGcmFinishOpen(context, slice.data());
  }

  Status CheckFooter(uint64_t offset) {
    const uint64_t size = file.body_bytes() - offset;
    if (!file.header().suite->is_signed()) return size == 0 ? Status::kOk : Status::kMessageSize;
    if (size < 2 || size > kMaxFooterBytes) return Status::kMessageSize;
    KEYSTEAD_RETURN_IF_ERROR(ReadSlice(offset, size));
    if (LoadU16Be(slice.data()) != size - 2) return Status::kMessageSize;
    return VerifyMessageSignature(file.header().suite->signature, file.header().public_key, &hash,
                                  {slice.data() + 2, size - 2});
  }
};

}  // namespace

Status ReadBlockLength(const MessageFile& file, uint64_t* length, MessageFileProblem* problem) {
  uint8_t head[kBlockHeadBytes];
  if (file.body_bytes() < kBlockOverheadBytes) return Status::kMessageSize;
  KEYSTEAD_RETURN_IF_ERROR(file.ReadBody({head, sizeof(head)}, 0, problem));
  *length = LoadU64Be(head + kAesGcmIvBytes);
  if (*length > kAesGcmMaxPlaintextBytes) return Status::kMalformedMessage;
  return *length > file.body_bytes() - kBlockOverheadBytes ? Status::kMessageSize : Status::kOk;
}

Status OpenBlockOfFile(const MessageFile& file, const MessageSecrets& secrets, BlockSink* sink,
                       const FileJob& job) {
  uint64_t length = 0;
  KEYSTEAD_RETURN_IF_ERROR(ReadBlockLength(file, &length, job.problem));
  uint8_t head[kBlockHeadBytes];
  KEYSTEAD_RETURN_IF_ERROR(file.ReadBody({head, sizeof(head)}, 0, job.problem));
  // The tag covers the length that stood in the head when it was read.
  if (LoadU64Be(head + kAesGcmIvBytes) != length) return Status::kDecryptionFailed;
  job.control->total_bytes = length;
  MessageFrames frames;
  EVP_CIPHER_CTX* context = nullptr;
  KEYSTEAD_RETURN_IF_ERROR(secrets.StartFrames(AesGcmDirection::kDecrypt, &frames));
  KEYSTEAD_RETURN_IF_ERROR(frames.StartBlock(head, &context));
  BlockReader reader = {file, sink, job, context, MessageHash(secrets.suite().signature), {}, {}};
  reader.hash.Update(file.header_bytes());
  reader.hash.Update({head, sizeof(head)});
  for (uint64_t offset = 0; offset < length; offset += kSliceBytes) {
    KEYSTEAD_RETURN_IF_ERROR(
        reader.OpenSlice(offset, std::min<uint64_t>(kSliceBytes, length - offset)));
  }
  KEYSTEAD_RETURN_IF_ERROR(reader.CheckTag(length));
  return reader.CheckFooter(kBlockOverheadBytes + length);
}

}  // namespace keystead
