#include "job.h"

#include "core/native_thread.h"
#include "core/process_guard.h"
#include "environment.h"
#include "export_function.h"

namespace keystead {

namespace {

// A job under way. Deletes itself on the JavaScript thread when the promise is settled or can no
// longer be.
class RunningJob {
 public:
  static Napi::Promise Start(Napi::Env env, std::shared_ptr<Job> job) {
    std::unique_ptr<RunningJob> running(new RunningJob(env, std::move(job)));
    const Napi::Promise promise = running->deferred_.Promise();
    running->CreateFunction();
    // After the function, whose own hook must run later: hooks run in reverse order.
    if (napi_add_env_cleanup_hook(env, OnEnvironmentEnd, running.get()) != napi_ok) {
      throw Napi::Error::New(env);
    }
    if (!running->thread_.Start(OnThread, running.get())) {
      napi_remove_env_cleanup_hook(env, OnEnvironmentEnd, running.get());
      throw MakeError(env, "ERR_OUT_OF_MEMORY", "the system gives no thread");
    }
    running->function_is_ours_ = false;
    running.release();
    return promise;
  }

  ~RunningJob() {
    if (function_is_ours_) napi_release_threadsafe_function(function_, napi_tsfn_abort);
  }
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

 private:
  RunningJob(Napi::Env env, std::shared_ptr<Job> job)
      : env_(env), deferred_(Napi::Promise::Deferred::New(env)), job_(std::move(job)) {}

  void CreateFunction() {
    napi_value name = nullptr;
    if (napi_create_string_utf8(env_, "keystead.job", NAPI_AUTO_LENGTH, &name) != napi_ok ||
        napi_create_threadsafe_function(env_, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this,
                                        OnMainThread, &function_) != napi_ok) {
      throw Napi::Error::New(env_);
    }
    function_is_ours_ = true;
  }

  static void OnThread(void* data) {
    auto* running = static_cast<RunningJob*>(data);
    running->status_ = running->job_->Run();
    const napi_threadsafe_function function = running->function_;
    // From here on the JavaScript thread may wait for this one and delete `running`.
    napi_call_threadsafe_function(function, running, napi_tsfn_blocking);
    napi_release_threadsafe_function(function, napi_tsfn_release);
  }

  // A forked child has the hook but not the thread.
  static void OnEnvironmentEnd(void* data) {
    if (IsForkedChild()) return;
    auto* running = static_cast<RunningJob*>(data);
    running->job_->control.stop = true;
    running->thread_.Join();
  }

  // Without `env` when the environment ended before the call came.
  static void OnMainThread(napi_env env, napi_value, void*, void* data) {
    const std::unique_ptr<RunningJob> running(static_cast<RunningJob*>(data));
    running->thread_.Join();
    if (env == nullptr) return;
    napi_remove_env_cleanup_hook(env, OnEnvironmentEnd, data);
    const Napi::HandleScope scope(env);
    if (!IsEnding(env)) running->Settle();
  }

  void Settle() {
    const Napi::Env env(env_);
    try {
      if (status_ == Status::kOk) {
        deferred_.Resolve(job_->Result(env));
      } else {
        deferred_.Reject(job_->Failure(env, status_).Value());
      }
    } catch (const Napi::Error& error) {
      Reject(error);
    }
  }

  // An environment may begin to end meanwhile, and then nobody waits for the promise any more.
  void Reject(const Napi::Error& error) {
    try {
      deferred_.Reject(error.Value());
    } catch (const Napi::Error&) {
    }
  }

  const napi_env env_;
  const Napi::Promise::Deferred deferred_;
  const std::shared_ptr<Job> job_;
  napi_threadsafe_function function_ = nullptr;
  bool function_is_ours_ = false;
  NativeThread thread_;
  Status status_ = Status::kOk;
};

Napi::Value Progress(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const JobControl& control = *GetHandle<JobObject>(info[0]).control;
  Napi::Array progress = Napi::Array::New(env, 2);
  progress[0U] = Napi::Number::New(env, static_cast<double>(control.done_bytes));
  progress[1U] = Napi::Number::New(env, static_cast<double>(control.total_bytes));
  return progress;
}

Napi::Value Abort(const Napi::CallbackInfo& info) {
  GetHandle<JobObject>(info[0]).control->stop = true;
  return info.Env().Undefined();
}

}  // namespace

Napi::Value StartJob(Napi::Env env, std::shared_ptr<Job> job) {
  Napi::Array started = Napi::Array::New(env, 2);
  started[1U] = MakeHandle(env, HandleSlot<JobObject>(JobObject{job->shared_control}));
  started[0U] = RunningJob::Start(env, std::move(job));
  return started;
}

void ExportJob(Napi::Env, Napi::Object exports) {
  ExportFunction<Progress>(exports, "messageJobProgress");
  ExportFunction<Abort>(exports, "messageJobAbort");
}

}  // namespace keystead
