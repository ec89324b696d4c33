// The constant-time check: runs the core under valgrind's memcheck with every secret marked
// undefined, so that a branch or an index that depends on one is reported as a use of undefined
// memory (the method of Adam Langley's ctgrind).
#ifndef KEYSTEAD_TEST_CONSTANT_TIME_H_
#define KEYSTEAD_TEST_CONSTANT_TIME_H_

#include <cstddef>
#include <cstdint>

namespace keystead::constant_time {

// Marks memory as secret: memcheck follows whatever is computed from it.
void MarkSecret(const void* data, size_t size);

// Marks memory as public: ciphertext and the like, before the check itself looks at it.
void MarkPublic(const void* data, size_t size);

// True when memcheck holds a byte of the memory for secret: tells that the marks reached it.
bool IsSecret(const uint8_t* data, size_t size);

// Runs every key path of the core over secrets. False when a result is wrong or no mark reached it.
bool RunKeyPaths();

// Leaks on purpose, for the test that leaks are caught.
int LeakByBranch();
int LeakByIndex();

}  // namespace keystead::constant_time

#endif  // KEYSTEAD_TEST_CONSTANT_TIME_H_
