#include "environment.h"

#include <atomic>

#include "core/process_guard.h"
#include "core/share_registry.h"

namespace keystead {

namespace {

std::atomic<uint64_t> next_id{1};

// Keys that an ending environment shared and nobody adopted would otherwise stay for ever.
void Detach(Napi::Env, Environment* environment) {
  if (!IsForkedChild()) WithdrawShares(environment->id());
  delete environment;
}

}  // namespace

Environment* Environment::Attach(Napi::Env env) {
  auto* environment = new Environment(next_id.fetch_add(1));
  env.SetInstanceData<Environment, Detach>(environment);
  return environment;
}

bool IsEnding(napi_env env) {
  napi_value undefined = nullptr;
  bool equal = false;
  return napi_get_undefined(env, &undefined) != napi_ok ||
         napi_strict_equals(env, undefined, undefined, &equal) != napi_ok;
}

}  // namespace keystead
