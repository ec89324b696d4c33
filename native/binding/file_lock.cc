#include "file_lock.h"

#include <chrono>
#include <memory>
#include <utility>

#include "arguments.h"
#include "core/file_lock.h"
#include "export_function.h"
#include "handle.h"

namespace keystead {

namespace {

constexpr std::chrono::seconds kEndWait{5};

// A lock of an environment, which can hold it while it ends and others close what was left open.
// They do so in hooks, and hooks run in reverse order: the one that takes the lock is added after
// theirs, the one that releases it before, when the lock is first taken. So the hooks of several
// locks nest, if whoever took one asks for its end before another one is taken. Whoever forgets the
// handle leaves open what the lock is for, so the hooks outlive it.
class EnvironmentLock {
 public:
  EnvironmentLock(Napi::Env env, FileLock lock) : env_(env), lock_(std::move(lock)) {}
  ~EnvironmentLock() {
    napi_remove_env_cleanup_hook(env_, TakeAtEnd, this);
    napi_remove_env_cleanup_hook(env_, ReleaseAtEnd, this);
    Release();
  }
  EnvironmentLock(const EnvironmentLock&) = delete;
  EnvironmentLock& operator=(const EnvironmentLock&) = delete;

  bool TryTake() {
    bool taken = false;
    ThrowIfError(env_, lock_.TryTake(&taken), "ERR_STORE", "the lock file");
    if (taken) AddRelease();
    return taken;
  }

  // Leaves it to the parent in a forked child.
  void Release() const {
    if (!IsForkedChild()) lock_.Release();
  }

  void HoldAtEnd(const std::shared_ptr<EnvironmentLock>& self) {
    if (self_ != nullptr) return;
    AddRelease();
    Add(TakeAtEnd);
    self_ = self;
  }

  void Forget() { self_.reset(); }

 private:
  using Hook = void (*)(void*);

  void Add(Hook hook) {
    if (napi_add_env_cleanup_hook(env_, hook, this) != napi_ok) throw Napi::Error::New(env_);
  }

  void AddRelease() {
    if (!std::exchange(releases_at_end_, true)) Add(ReleaseAtEnd);
  }

  // Whoever has the lock for longer hangs, or many want it: the environment ends all the same.
  static void TakeAtEnd(void* data) {
    if (IsForkedChild()) return;
    bool taken = false;
    static_cast<EnvironmentLock*>(data)->lock_.TakeWithin(kEndWait, &taken);
  }

  static void ReleaseAtEnd(void* data) {
    auto* ending = static_cast<EnvironmentLock*>(data);
    ending->Release();
    const std::shared_ptr<EnvironmentLock> self = std::move(ending->self_);
  }

  const napi_env env_;
  const FileLock lock_;
  bool releases_at_end_ = false;
  std::shared_ptr<EnvironmentLock> self_;  // while it is to be held at the end
};

struct FileLockObject {
  static constexpr HandleKind kKind = HandleKind::kFileLock;
  static constexpr char kName[] = "file lock";
  std::shared_ptr<EnvironmentLock> lock;
};

const std::shared_ptr<EnvironmentLock>& LockArgument(const Napi::CallbackInfo& info) {
  return GetHandle<FileLockObject>(info[0]).lock;
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string path = StringArgument(info[0], "path");
  FileLock lock;
  ThrowIfError(env, FileLock::Open(path.c_str(), &lock), "ERR_STORE", "lock file `" + path + "`");
  FileLockObject object{std::make_shared<EnvironmentLock>(env, std::move(lock))};
  return MakeHandle(env, HandleSlot<FileLockObject>(std::move(object)));
}

Napi::Value TryTake(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), LockArgument(info)->TryTake());
}

Napi::Value Release(const Napi::CallbackInfo& info) {
  LockArgument(info)->Release();
  return info.Env().Undefined();
}

Napi::Value HoldAtEnd(const Napi::CallbackInfo& info) {
  LockArgument(info)->HoldAtEnd(LockArgument(info));
  return info.Env().Undefined();
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  HandleSlot<FileLockObject>& slot = GetSlot<FileLockObject>(info[0]);
  if (slot.has_value()) slot->lock->Forget();
  slot.reset();
  return info.Env().Undefined();
}

}  // namespace

void ExportFileLock(Napi::Env, Napi::Object exports) {
  ExportFunction<Open>(exports, "fileLockOpen");
  ExportFunction<TryTake>(exports, "fileLockTryTake");
  ExportFunction<Release>(exports, "fileLockRelease");
  ExportFunction<HoldAtEnd>(exports, "fileLockHoldAtEnd");
  ExportFunction<Close>(exports, "fileLockClose");
}

}  // namespace keystead
