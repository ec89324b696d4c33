// constant_time [branch|index]: runs the key paths, or leaks on purpose by a branch or an index. To
// be run by `valgrind
// --error-exitcode=...`; without valgrind it proves nothing, and exits with 2.
#include "constant_time.h"

#include <valgrind/memcheck.h>

#include <cstdio>
#include <cstring>

namespace keystead::constant_time {

void MarkSecret(const void* data, size_t size) { VALGRIND_MAKE_MEM_UNDEFINED(data, size); }

void MarkPublic(const void* data, size_t size) { VALGRIND_MAKE_MEM_DEFINED(data, size); }

bool IsSecret(const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    uint8_t undefined_bits = 0;
    VALGRIND_GET_VBITS(data + i, &undefined_bits, 1);
    if (undefined_bits != 0) return true;
  }
  return false;
}

int LeakByBranch() {
  volatile uint8_t secret = 1;
  MarkSecret(const_cast<const uint8_t*>(&secret), 1);
  if (secret == 1) std::puts("leaked");
  return 0;
}

int LeakByIndex() {
  static const uint8_t table[256] = {1};
  volatile uint8_t secret = 1;
  MarkSecret(const_cast<const uint8_t*>(&secret), 1);
  volatile uint8_t looked_up = table[secret];
  (void)looked_up;
  return 0;
}

}  // namespace keystead::constant_time

int main(int argc, char** argv) {
  using namespace keystead::constant_time;
  if (RUNNING_ON_VALGRIND == 0) {
    std::fputs("constant_time: run me under valgrind\n", stderr);
    return 2;
  }
  if (argc > 1 && std::strcmp(argv[1], "branch") == 0) return LeakByBranch();
  if (argc > 1 && std::strcmp(argv[1], "index") == 0) return LeakByIndex();
  if (!RunKeyPaths()) return 1;
  std::puts("key paths: done");
  return 0;
}
