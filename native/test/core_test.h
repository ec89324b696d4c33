// The test frame of the core: named tests, each in a forked process of its own, since the arena,
// its policy and OpenSSL start once per process.
#ifndef KEYSTEAD_TEST_CORE_TEST_H_
#define KEYSTEAD_TEST_CORE_TEST_H_

#include <cstddef>
#include <cstdint>

namespace keystead::test {

struct TestCase {
  TestCase(const char* test_name, void (*test_body)());

  const char* name;
  void (*body)();
  TestCase* next = nullptr;
};

// Prints where and what, and fails the test that runs; the test goes on.
void ReportFailure(const char* file, int line, const char* what);

struct ChildOutcome {
  int exit_code;  // -1 when a signal ended it
  int signal;     // 0 when it exited
};

// Runs `body` in a forked child without core dumps and waits for it. Exit code 0: `body` returned
// and no expectation of its own failed.
ChildOutcome RunInChild(void (*body)());

// Memory that parent and child share, zeroed: how a child tells how far it came.
void* MapShared(size_t bytes);
template <typename Value>
Value* SharedWithChildren() {
  return static_cast<Value*>(MapShared(sizeof(Value)));
}

// Gives up CAP_IPC_LOCK for good, lowers RLIMIT_MEMLOCK to `bytes`, and expects that locking one
// page more is refused. Skips the test when this process may not have `bytes`.
void LimitLockedMemory(size_t bytes);

// Skips the test when this process cannot lock `bytes`.
void NeedLockableMemory(size_t bytes);

// Reads memory that AddressSanitizer considers freed. True when all of it is zero.
bool IsAllZero(const void* memory, size_t bytes);

}  // namespace keystead::test

#define KEYSTEAD_TEST(name)                                        \
  static void name();                                              \
  static ::keystead::test::TestCase test_case_##name(#name, name); \
  static void name()

#define EXPECT(condition)                                                              \
  do {                                                                                 \
    if (!(condition)) ::keystead::test::ReportFailure(__FILE__, __LINE__, #condition); \
  } while (0)

// Ends the test when the condition does not hold.
#define ASSERT(condition)                                            \
  do {                                                               \
    if (condition) break;                                            \
    ::keystead::test::ReportFailure(__FILE__, __LINE__, #condition); \
    return;                                                          \
  } while (0)

#endif  // KEYSTEAD_TEST_CORE_TEST_H_
