#include "box_job.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "openssl_runtime.h"
#include "random_pool.h"
#include "wipe.h"

namespace keystead {

bool BoxJob::Allocate(size_t box_size, Bytes aad) {
  box_ = static_cast<uint8_t*>(malloc(box_size));
  if (box_ == nullptr) return false;
  box_size_ = box_size;
  if (aad.size == 0) return true;
  aad_.reset(new (std::nothrow) uint8_t[aad.size]);
  if (aad_ == nullptr) return false;
  aad_size_ = aad.size;
  memcpy(aad_.get(), aad.data, aad.size);
  return true;
}

std::unique_ptr<BoxJob> BoxJob::Encrypt(SharedDataKey key, Bytes plaintext, Bytes aad) {
  std::unique_ptr<BoxJob> job(new (std::nothrow) BoxJob(AesGcmDirection::kEncrypt, std::move(key)));
  if (job == nullptr || !job->Allocate(plaintext.size + kBoxOverheadBytes, aad)) return nullptr;
  if (plaintext.size > 0) memcpy(job->text(), plaintext.data, plaintext.size);
  return job;
}

std::unique_ptr<BoxJob> BoxJob::Decrypt(SharedDataKey key, Bytes box, Bytes aad) {
  std::unique_ptr<BoxJob> job(new (std::nothrow) BoxJob(AesGcmDirection::kDecrypt, std::move(key)));
  if (job == nullptr || !job->Allocate(box.size, aad)) return nullptr;
  memcpy(job->box_, box.data, box.size);
  return job;
}

BoxJob::~BoxJob() {
  if (box_ != nullptr) Wipe(box_, box_size_);
  free(box_);
}

Status BoxJob::Start() {
  if (box_size_ < kBoxOverheadBytes) return Status::kDecryptionFailed;
  context_.reset(NewAesGcmContext());
  if (context_ == nullptr) return Status::kSecureMemory;
  if (direction_ == AesGcmDirection::kEncrypt) {
    KEYSTEAD_RETURN_IF_ERROR(RandomNonce({box_, kXaesNonceBytes}));
  }
  return XaesGcmStart(context_.get(), direction_, key_->data(), box_, {aad_.get(), aad_size_});
}

Status BoxJob::Finish() {
  uint8_t* tag = text() + text_size();
  KEYSTEAD_RETURN_IF_ERROR(direction_ == AesGcmDirection::kEncrypt
                               ? AesGcmFinishSeal(context_.get(), tag)
                               : AesGcmFinishOpen(context_.get(), tag));
  context_.reset();
  finished_ = true;
  return Status::kOk;
}

Status BoxJob::Step() {
  if (context_ == nullptr) KEYSTEAD_RETURN_IF_ERROR(Start());
  const size_t slice = std::min(text_size() - done_, kBoxJobSliceBytes);
  KEYSTEAD_RETURN_IF_ERROR(AesGcmUpdate(context_.get(), {text() + done_, slice}, text() + done_));
  done_ += slice;
  return done_ == text_size() ? Finish() : Status::kOk;
}

Bytes BoxJob::result() const {
  if (direction_ == AesGcmDirection::kEncrypt) return {box_, box_size_};
  return {box_ + kXaesNonceBytes, text_size()};
}

}  // namespace keystead
