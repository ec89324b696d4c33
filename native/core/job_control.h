// JobControl: how the owner of a job watches and stops it from another thread.
#ifndef KEYSTEAD_CORE_JOB_CONTROL_H_
#define KEYSTEAD_CORE_JOB_CONTROL_H_

#include <atomic>
#include <cstdint>

namespace keystead {

struct JobControl {
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> done_bytes{0};
  std::atomic<uint64_t> total_bytes{0};  // 0 until it is known
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_JOB_CONTROL_H_
