// HelperThreads: threads that wait to help whoever has work that can be shared out. They are made
// when they are first wanted and stay, as many as were ever wanted at once: a thread takes longer
// to start than a message of 1 MiB to encrypt (docs/decisions/0017).
#ifndef KEYSTEAD_CORE_HELPER_THREADS_H_
#define KEYSTEAD_CORE_HELPER_THREADS_H_

#include <atomic>

namespace keystead {

// Invites others to a piece of work as long as it lives.
class HelperInvitation {
 public:
  // Up to `helpers` threads, at least one, call `work(argument)`, each once, at any time from now
  // on; fewer when the system gives no more threads. `work` returns when it finds nothing left to
  // do.
  HelperInvitation(unsigned helpers, void (*work)(void*), void* argument);
  // Nobody begins any more, and who had begun has ended: a helper that came too late is not waited
  // for.
  ~HelperInvitation();
  HelperInvitation(const HelperInvitation&) = delete;
  HelperInvitation& operator=(const HelperInvitation&) = delete;

 private:
  friend class HelperCrew;

  void (*const work_)(void*);
  void* const argument_;
  unsigned seats_;  // not yet taken
  // Changes under the crew's lock; the one who invited reads it without.
  std::atomic<unsigned> helpers_at_work_{0};
  HelperInvitation* next_ = nullptr;
};

}  // namespace keystead

#endif  // KEYSTEAD_CORE_HELPER_THREADS_H_
