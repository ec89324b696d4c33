#include "core_test.h"

#include <linux/capability.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace keystead::test {
namespace {

TestCase* first_test = nullptr;
bool has_failed = false;
constexpr int kSkipped = 77;  // the exit code of a test that this machine cannot run

struct Counts {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

void DropIpcLock() {
  prctl(PR_CAPBSET_DROP, CAP_IPC_LOCK, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) return;
  for (auto& word : data) word.inheritable = 0;
  data[0].effective &= ~(1U << CAP_IPC_LOCK);
  data[0].permitted &= ~(1U << CAP_IPC_LOCK);
  syscall(SYS_capset, &header, data);
}

bool CanLock(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const bool locked = syscall(SYS_mlock, memory, bytes) == 0;
  munmap(memory, bytes);
  return locked;
}

[[noreturn]] void SkipTest(const char* reason) {
  std::printf("  %s\n", reason);
  std::fflush(stdout);
  _exit(kSkipped);
}

// A sanitizer's own handler would turn the signal into an exit code.
void DieOfSignals() {
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  signal(SIGSEGV, SIG_DFL);
  signal(SIGBUS, SIG_DFL);
  signal(SIGABRT, SIG_DFL);
}

void RunTest(const TestCase& test, Counts* counts) {
  const ChildOutcome outcome = RunInChild(test.body);
  if (outcome.signal != 0) std::printf("  ended by signal %d\n", outcome.signal);
  const bool skipped = outcome.exit_code == kSkipped;
  const bool passed = outcome.exit_code == 0;
  std::printf("%s %s\n", skipped ? "skip" : passed ? "ok  " : "FAIL", test.name);
  ++(skipped ? counts->skipped : passed ? counts->passed : counts->failed);
}

TestCase* Reversed(TestCase* list) {
  TestCase* reversed = nullptr;
  while (list != nullptr) {
    TestCase* next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  return reversed;
}

bool IsWanted(const TestCase& test, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::strstr(test.name, argv[i]) != nullptr) return true;
  }
  return argc < 2;
}

int RunAll(int argc, char** argv) {
  Counts counts;
  for (TestCase* test = Reversed(first_test); test != nullptr; test = test->next) {
    if (IsWanted(*test, argc, argv)) RunTest(*test, &counts);
  }
  std::printf("%d passed, %d failed", counts.passed, counts.failed);
  if (counts.skipped > 0) std::printf(", %d skipped", counts.skipped);
  std::printf("\n");
  return counts.failed == 0 && counts.passed > 0 ? 0 : 1;
}

}  // namespace

TestCase::TestCase(const char* test_name, void (*test_body)())
    : name(test_name), body(test_body), next(first_test) {
  first_test = this;
}

void ReportFailure(const char* file, int line, const char* what) {
  std::printf("  %s:%d: %s\n", file, line, what);
  has_failed = true;
}

ChildOutcome RunInChild(void (*body)()) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    DieOfSignals();
    has_failed = false;
    body();
    std::fflush(stdout);
    _exit(has_failed ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

void* MapShared(size_t bytes) {
  return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

void LimitLockedMemory(size_t bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  if (limit.rlim_max < bytes) SkipTest("the hard limit of RLIMIT_MEMLOCK is too low");
  DropIpcLock();
  limit = {bytes, bytes};
  EXPECT(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
  EXPECT(!CanLock(bytes + static_cast<size_t>(sysconf(_SC_PAGESIZE))));
}

void NeedLockableMemory(size_t bytes) {
  if (!CanLock(bytes)) SkipTest("RLIMIT_MEMLOCK is too low");
}

__attribute__((no_sanitize("address"))) bool IsAllZero(const void* memory, size_t bytes) {
  const auto* data = static_cast<const volatile uint8_t*>(memory);
  for (size_t i = 0; i < bytes; ++i) {
    if (data[i] != 0) return false;
  }
  return true;
}

}  // namespace keystead::test

int main(int argc, char** argv) { return keystead::test::RunAll(argc, argv); }
