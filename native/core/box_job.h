// BoxJob: one box encrypted or decrypted in memory of its own, in slices, on whatever thread calls
// Step.
#ifndef KEYSTEAD_CORE_BOX_JOB_H_
#define KEYSTEAD_CORE_BOX_JOB_H_

#include <memory>
#include <vector>

#include "openssl_ptr.h"
#include "share_registry.h"
#include "xaes_gcm.h"

namespace keystead {

// The most a single Step works on, so that a thread asked to stop does so soon.
constexpr size_t kBoxJobSliceBytes = 4 * 1024 * 1024;

class BoxJob {
 public:
  // Copies the input and the associated data. Null when there is no memory for them.
  static std::unique_ptr<BoxJob> Encrypt(SharedDataKey key, Bytes plaintext, Bytes aad);
  static std::unique_ptr<BoxJob> Decrypt(SharedDataKey key, Bytes box, Bytes aad);
  ~BoxJob();
  BoxJob(const BoxJob&) = delete;
  BoxJob& operator=(const BoxJob&) = delete;

  // Works on one slice. A failure ends the job.
  Status Step();
  // True when the last slice is done and, for a decryption, the tag has verified.
  bool finished() const { return finished_; }
  // The box, or the plaintext. Valid once finished.
  Bytes result() const;

 private:
  BoxJob(AesGcmDirection direction, SharedDataKey key)
      : direction_(direction), key_(std::move(key)) {}
  bool Allocate(size_t box_size, Bytes aad);
  Status Start();
  Status Finish();
  uint8_t* text() { return box_ + kXaesNonceBytes; }
  size_t text_size() const { return box_size_ - kBoxOverheadBytes; }

  const AesGcmDirection direction_;
  const SharedDataKey key_;
  uint8_t* box_ = nullptr;  // nonce, then plaintext turning into ciphertext or back, then tag
  size_t box_size_ = 0;
  std::unique_ptr<uint8_t[]> aad_;
  size_t aad_size_ = 0;
  CipherCtxPtr context_;
  size_t done_ = 0;  // bytes of text
  bool finished_ = false;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_BOX_JOB_H_
