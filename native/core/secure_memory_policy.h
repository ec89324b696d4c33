// SecureMemoryPolicy of the process: what was configured, else what the environment says, else the
// default.
#ifndef KEYSTEAD_CORE_SECURE_MEMORY_POLICY_H_
#define KEYSTEAD_CORE_SECURE_MEMORY_POLICY_H_

#include "secure_arena.h"
#include "status.h"

namespace keystead {

// Reads KEYSTEAD_SECURE_MEMORY (`prefer` or `require`) and KEYSTEAD_SECURE_MEMORY_BACKING (`auto`
// or `mlock`) into `policy`, which keeps its values for what is unset. kInvalidArgument, and
// `policy` unchanged, for any other value: a misspelt `require` must not run unlocked.
Status ReadSecureMemoryEnvironment(SecureMemoryPolicy* policy);

// kInvalidArgument unless `max_bytes` lies in [kSecureArenaMinBytes, kSecureArenaMaxBytesLimit].
Status CheckSecureMemoryPolicy(const SecureMemoryPolicy& policy);

bool operator==(const SecureMemoryPolicy& a, const SecureMemoryPolicy& b);

}  // namespace keystead

#endif  // KEYSTEAD_CORE_SECURE_MEMORY_POLICY_H_
