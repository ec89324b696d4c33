// Status: how every function of the core reports its result. The core never throws; the binding
// maps a Status to the `code` of a JavaScript error in one place (native/binding/errors.cc).
#ifndef KEYSTEAD_CORE_STATUS_H_
#define KEYSTEAD_CORE_STATUS_H_

#include <cstdint>

namespace keystead {

enum class [[nodiscard]] Status : uint8_t{
    kOk = 0,
    // A size or range outside the function's contract.
    kInvalidArgument,
    // Wrong key, wrong context or changed bytes: never told apart.
    kDecryptionFailed,
    // The secure arena cannot give the bytes, or cannot lock them under `require`.
    kSecureMemory,
    // The process was forked without exec: the keys stayed with the parent.
    kForked,
    // The operating system gives no entropy.
    kRandomFailed,
    // OpenSSL refused what it has no reason to refuse.
    kCryptoFailed,
    // No memory of the ordinary heap.
    kOutOfMemory,
    // Bytes that no message can have where they stand.
    kMalformedMessage,
    // The message goes on behind the last byte, or ends before it.
    kMessageSize,
    // Well formed, and beyond what the caller accepts.
    kMessageLimit,
    // A signed message, where the signature could not be checked in time.
    kSignedMessage,
    // The caller asked to stop.
    kAborted,
    // A system call on a file failed; FileProblem says which.
    kFile,
};

}  // namespace keystead

// Returns early from a function that returns Status.
#define KEYSTEAD_RETURN_IF_ERROR(expression)                                  \
  do {                                                                        \
    const ::keystead::Status keystead_status_ = (expression);                 \
    if (keystead_status_ != ::keystead::Status::kOk) return keystead_status_; \
  } while (0)

#endif  // KEYSTEAD_CORE_STATUS_H_
