#include "native_thread.h"

#include <signal.h>

#include <memory>
#include <new>

namespace keystead {

namespace {

bool Create(pthread_t* thread, void* (*main)(void*), void* argument) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // A new thread inherits the mask.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const bool started = pthread_create(thread, nullptr, main, argument) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

}  // namespace

void* NativeThread::Main(void* self) {
  auto* thread = static_cast<NativeThread*>(self);
  thread->work_(thread->argument_);
  return nullptr;
}

bool NativeThread::Start(void (*work)(void*), void* argument) {
  work_ = work;
  argument_ = argument;
  started_ = Create(&thread_, Main, this);
  return started_;
}

bool NativeThread::StartForGood(void (*work)(void*), void* argument) {
  std::unique_ptr<NativeThread> thread(new (std::nothrow) NativeThread());
  if (thread == nullptr || !thread->Start(work, argument)) return false;
  pthread_detach(thread->thread_);
  (void)thread.release();
  return true;
}

void NativeThread::Join() {
  if (started_) pthread_join(thread_, nullptr);
  started_ = false;
}

}  // namespace keystead
