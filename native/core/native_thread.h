// NativeThread: a thread of our own, joined before it goes out of scope, or there for good. It
// takes no signals, which belong to the threads of the program.
#ifndef KEYSTEAD_CORE_NATIVE_THREAD_H_
#define KEYSTEAD_CORE_NATIVE_THREAD_H_

#include <pthread.h>

namespace keystead {

class NativeThread {
 public:
  NativeThread() = default;
  ~NativeThread() { Join(); }
  NativeThread(const NativeThread&) = delete;
  NativeThread& operator=(const NativeThread&) = delete;

  // Runs `work(argument)`. False when the system gives no thread.
  bool Start(void (*work)(void*), void* argument);
  // A thread that stays as long as the process, with nobody to wait for it.
  static bool StartForGood(void (*work)(void*), void* argument);
  // Waits for its end. Does nothing without a thread.
  void Join();

 private:
  static void* Main(void* self);

  pthread_t thread_ = {};
  bool started_ = false;
  void (*work_)(void*) = nullptr;
  void* argument_ = nullptr;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_NATIVE_THREAD_H_
