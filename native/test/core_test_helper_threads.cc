// Helpers: no more than were invited, none that comes too late, the same threads again and again.
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "core_test.h"
#include "helper_threads.h"

namespace keystead {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLong = std::chrono::seconds(20);

template <typename Condition>
bool Eventually(Condition condition) {
  const auto end = Clock::now() + kLong;
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

struct Visits {
  std::atomic<unsigned> begun{0};
  std::atomic<unsigned> ended{0};
  std::atomic<bool> may_end{true};
  std::mutex mutex;
  std::set<std::thread::id> threads;
};

void Visit(void* argument) {
  auto* visits = static_cast<Visits*>(argument);
  {
    const std::lock_guard<std::mutex> lock(visits->mutex);
    visits->threads.insert(std::this_thread::get_id());
  }
  ++visits->begun;
  EXPECT(Eventually([visits] { return visits->may_end.load(); }));
  ++visits->ended;
}

void InviteAndWait(unsigned helpers, Visits* visits) {
  const unsigned before = visits->begun;
  const HelperInvitation invitation(helpers, Visit, visits);
  EXPECT(Eventually([=] { return visits->begun == before + helpers; }));
}

KEYSTEAD_TEST(HelpersComeOnceEachAndAreWaitedFor) {
  Visits visits;
  visits.may_end = false;
  std::thread let_go;
  {
    const HelperInvitation invitation(3, Visit, &visits);
    ASSERT(Eventually([&] { return visits.begun == 3; }));
    let_go = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      visits.may_end = true;
    });
  }
  EXPECT(visits.begun == 3 && visits.ended == 3);
  EXPECT(visits.threads.size() == 3 && visits.threads.count(std::this_thread::get_id()) == 0);
  let_go.join();
}

KEYSTEAD_TEST(HelpersThatComeTooLateNeverBegin) {
  for (int i = 0; i < 2000; ++i) {
    Visits visits;
    { const HelperInvitation invitation(4, Visit, &visits); }
    const unsigned begun = visits.begun;
    EXPECT(begun <= 4 && visits.ended == begun);
  }
}

KEYSTEAD_TEST(HelpersAreTheSameThreads) {
  Visits visits;
  for (int i = 0; i < 200; ++i) {
    // Some are invited while they still look for work, some when they sleep.
    if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    InviteAndWait(2, &visits);
  }
  EXPECT(visits.begun == 400 && visits.ended == 400);
  EXPECT(visits.threads.size() == 2);
}

KEYSTEAD_TEST(HelpersSleepWhenNobodyInvites) {
  Visits visits;
  InviteAndWait(8, &visits);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::clock_t before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const double used_seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT(used_seconds < 0.1);
}

KEYSTEAD_TEST(HelpersAreAllWokenWhoAreWanted) {
  Visits visits;
  for (int i = 0; i < 5; ++i) {
    visits.may_end = false;
    const HelperInvitation invitation(8, Visit, &visits);
    const unsigned wanted = 8 * (i + 1);
    ASSERT(Eventually([&] { return visits.begun == wanted; }));
    visits.may_end = true;
    ASSERT(Eventually([&] { return visits.ended == wanted; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// Neither takes the other's for its own.
KEYSTEAD_TEST(HelpersComeToAllWhoInviteAtOnce) {
  for (int i = 0; i < 100; ++i) {
    if (i % 25 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    Visits first;
    Visits second;
    first.may_end = second.may_end = false;
    const HelperInvitation to_first(1, Visit, &first);
    const HelperInvitation to_second(2, Visit, &second);
    ASSERT(Eventually([&] { return first.begun == 1 && second.begun == 2; }));
    first.may_end = second.may_end = true;
  }
}

// Longer than anybody waits without sleeping.
KEYSTEAD_TEST(HelpersThatEndAreHeardByTheirHosts) {
  std::vector<std::thread> hosts;
  for (int host = 0; host < 4; ++host) {
    hosts.emplace_back([host] {
      for (int i = 0; i < 20; ++i) {
        Visits visits;
        visits.may_end = false;
        std::thread let_go;
        {
          const HelperInvitation invitation(2, Visit, &visits);
          ASSERT(Eventually([&] { return visits.begun == 2; }));
          let_go = std::thread([&visits, host] {
            std::this_thread::sleep_for(std::chrono::milliseconds(1 + host));
            visits.may_end = true;
          });
        }
        EXPECT(visits.ended == 2);
        let_go.join();
      }
    });
  }
  for (std::thread& host : hosts) host.join();
}

#if !defined(__SANITIZE_ADDRESS__)
KEYSTEAD_TEST(HelpersThatCannotStartAreDoneWithout) {
  const rlimit none = {1, RLIM_INFINITY};
  ASSERT(setrlimit(RLIMIT_AS, &none) == 0);
  Visits visits;
  { const HelperInvitation invitation(3, Visit, &visits); }
  EXPECT(visits.begun == 0);
  const rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
  ASSERT(setrlimit(RLIMIT_AS, &all) == 0);
  InviteAndWait(3, &visits);
}
#endif

KEYSTEAD_TEST(HelpersHelpSeveralAtOnce) {
  std::vector<std::thread> hosts;
  for (int host = 0; host < 6; ++host) {
    hosts.emplace_back([] {
      Visits visits;
      for (int i = 0; i < 300; ++i) InviteAndWait(3, &visits);
      EXPECT(visits.begun == 900 && visits.ended == 900);
    });
  }
  for (std::thread& host : hosts) host.join();
}

}  // namespace
}  // namespace keystead
