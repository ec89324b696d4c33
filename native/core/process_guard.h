// ProcessGuard: notices that this process is a forked child. Keys stay with the parent (the arena
// is MADV_DONTFORK, a child's first touch would be a SIGSEGV), so every entry point asks first.
#ifndef KEYSTEAD_CORE_PROCESS_GUARD_H_
#define KEYSTEAD_CORE_PROCESS_GUARD_H_

#include "status.h"

namespace keystead {

// Called once when the arena starts: maps the one-page MADV_WIPEONFORK sentinel.
Status ArmProcessGuard();

// True in a child that was forked after ArmProcessGuard and did not exec. One load.
bool IsForkedChild();

}  // namespace keystead

#endif  // KEYSTEAD_CORE_PROCESS_GUARD_H_
