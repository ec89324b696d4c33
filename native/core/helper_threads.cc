#include "helper_threads.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>

#include "native_thread.h"

namespace keystead {

namespace {

// Twice what it takes to wake a thread that sleeps: whoever is sent work after work is not kept
// waiting for its helpers, and nobody waits in vain for longer than that.
constexpr std::chrono::microseconds kPatience{50};

// That this process may run on, at least 1.
unsigned UsableCpus() {
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&cpus), 1));
}

void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits for `is_over` without giving the CPU away; false when patience ran out.
template <typename Condition>
bool SpinUntil(Condition is_over) {
  constexpr int kLooksPerClock = 32;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  do {
    for (int i = 0; i < kLooksPerClock; ++i) {
      if (is_over()) return true;
      Pause();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace

// All of the process: never destroyed, since its threads run until the process ends.
class HelperCrew {
 public:
  static HelperCrew* Get() {
    alignas(HelperCrew) static unsigned char memory[sizeof(HelperCrew)];
    static auto* const crew = new (memory) HelperCrew();
    return crew;
  }

  void Open(HelperInvitation* invitation) {
    unsigned to_wake = 0;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      Append(invitation);
      open_seats_ += invitation->seats_;
      invitations_.fetch_add(1, std::memory_order_release);
      while (idle_ < open_seats_ && NativeThread::StartForGood(Main, this)) ++idle_;
      const unsigned awake = idle_ - sleeping_;
      to_wake = std::min(sleeping_, open_seats_ > awake ? open_seats_ - awake : 0);
      sleeping_ -= to_wake;
      wakes_ += to_wake;
    }
    for (unsigned i = 0; i < to_wake; ++i) woken_.notify_one();
  }

  void Close(HelperInvitation* invitation) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      open_seats_ -= invitation->seats_;
      if (invitation->seats_ > 0) Remove(invitation);
      if (invitation->helpers_at_work_ == 0) return;
    }
    const auto is_over = [invitation] { return invitation->helpers_at_work_ == 0; };
    if (most_spinning_ > 0 && SpinUntil(is_over)) return;
    std::unique_lock<std::mutex> lock(mutex_);
    ended_.wait(lock, is_over);
  }

 private:
  // At most so many helpers wait without giving the CPU away: one CPU is that of whoever invites.
  HelperCrew() : most_spinning_(UsableCpus() - 1) {}

  static void Main(void* crew) { static_cast<HelperCrew*>(crew)->Help(); }

  [[noreturn]] void Help() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      if (open_ == nullptr) WaitForInvitation(&lock);
      if (open_ != nullptr) Follow(open_, &lock);
    }
  }

  void Follow(HelperInvitation* invitation, std::unique_lock<std::mutex>* lock) {
    --open_seats_;
    if (--invitation->seats_ == 0) Remove(invitation);
    ++invitation->helpers_at_work_;
    --idle_;
    lock->unlock();
    invitation->work_(invitation->argument_);
    lock->lock();
    ++idle_;
    // With the last one's leave the invitation may be gone.
    if (--invitation->helpers_at_work_ == 0) ended_.notify_all();
  }

  void WaitForInvitation(std::unique_lock<std::mutex>* lock) {
    if (spinning_ < most_spinning_) {
      ++spinning_;
      const uint64_t seen = invitations_.load(std::memory_order_relaxed);
      lock->unlock();
      SpinUntil([this, seen] { return invitations_.load(std::memory_order_acquire) != seen; });
      lock->lock();
      --spinning_;
    }
    if (open_ != nullptr) return;
    ++sleeping_;
    // Whoever wakes one no longer counts it among the sleeping.
    woken_.wait(*lock, [this] { return wakes_ > 0; });
    --wakes_;
  }

  // The first who invited is helped first.
  void Append(HelperInvitation* invitation) {
    HelperInvitation** link = &open_;
    while (*link != nullptr) link = &(*link)->next_;
    *link = invitation;
  }

  void Remove(HelperInvitation* invitation) {
    HelperInvitation** link = &open_;
    while (*link != invitation) link = &(*link)->next_;
    *link = invitation->next_;
  }

  const unsigned most_spinning_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::condition_variable ended_;
  HelperInvitation* open_ = nullptr;  // those with seats
  unsigned open_seats_ = 0;           // of all of them
  std::atomic<uint64_t> invitations_{0};
  unsigned idle_ = 0;      // threads that have no work, or are about to begin
  unsigned sleeping_ = 0;  // of those
  unsigned wakes_ = 0;     // that no sleeping one has followed yet
  unsigned spinning_ = 0;
};

HelperInvitation::HelperInvitation(unsigned helpers, void (*work)(void*), void* argument)
    : work_(work), argument_(argument), seats_(helpers) {
  HelperCrew::Get()->Open(this);
}

HelperInvitation::~HelperInvitation() { HelperCrew::Get()->Close(this); }

}  // namespace keystead
