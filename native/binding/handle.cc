#include "handle.h"

#include <sys/random.h>

#include <mutex>

namespace keystead {

namespace {

napi_type_tag tags[kHandleKinds];
std::once_flag drawn;

void Draw() {
  uint64_t random[2] = {};
  if (getrandom(random, sizeof(random), 0) != sizeof(random)) {
    // The address of the image is random too, and unique among the images loaded.
    random[0] = reinterpret_cast<uintptr_t>(tags);
  }
  for (uint64_t kind = 0; kind < kHandleKinds; ++kind) tags[kind] = {random[0], random[1] ^ kind};
}

}  // namespace

void DrawHandleTags() { std::call_once(drawn, Draw); }

const napi_type_tag& TagOf(HandleKind kind) { return tags[static_cast<size_t>(kind)]; }

}  // namespace keystead
