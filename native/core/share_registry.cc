#include "share_registry.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "random_pool.h"

namespace keystead {

namespace {

using Token = std::array<uint8_t, kShareTokenBytes>;

struct Share {
  uint64_t owner;
  SharedDataKey key;
};

struct Registry {
  std::mutex mutex;
  std::map<Token, Share> shares;
};

// Never destroyed: threads may still run when static destructors would.
Registry& GetRegistry() {
  static Registry* const registry = new Registry;
  return *registry;
}

}  // namespace

Status OpenShare(uint64_t owner, SharedDataKey key, uint8_t* token) {
  Token name;
  KEYSTEAD_RETURN_IF_ERROR(RandomKeyBytes({name.data(), name.size()}));
  Registry& registry = GetRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  if (registry.shares.size() >= kMaxOpenShares) return Status::kInvalidArgument;
  registry.shares.emplace(name, Share{owner, std::move(key)});
  std::copy(name.begin(), name.end(), token);
  return Status::kOk;
}

SharedDataKey TakeShare(const uint8_t* token) {
  Token name;
  std::copy(token, token + kShareTokenBytes, name.begin());
  Registry& registry = GetRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  const auto found = registry.shares.find(name);
  if (found == registry.shares.end()) return nullptr;
  SharedDataKey key = std::move(found->second.key);
  registry.shares.erase(found);
  return key;
}

void WithdrawShares(uint64_t owner) {
  Registry& registry = GetRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  for (auto share = registry.shares.begin(); share != registry.shares.end();) {
    share = share->second.owner == owner ? registry.shares.erase(share) : std::next(share);
  }
}

}  // namespace keystead
