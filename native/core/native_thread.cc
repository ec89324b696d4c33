#include "native_thread.h"

#include <signal.h>

namespace keystead {

void* NativeThread::Main(void* self) {
  auto* thread = static_cast<NativeThread*>(self);
  thread->work_(thread->argument_);
  return nullptr;
}

bool NativeThread::Start(void (*work)(void*), void* argument) {
  work_ = work;
  argument_ = argument;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // A new thread inherits the mask.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  started_ = pthread_create(&thread_, nullptr, Main, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started_;
}

void NativeThread::Join() {
  if (started_) pthread_join(thread_, nullptr);
  started_ = false;
}

}  // namespace keystead
