// encryptAsync and decryptAsync: large boxes on the thread pool. A caller may transfer or resize
// its buffer while the work is under way, so the job owns a copy of the input, and the result
// becomes a new buffer on the main thread.
#include <cstring>
#include <memory>

#include "arguments.h"
#include "core/box_job.h"
#include "data_key.h"
#include "export_function.h"
#include "own_bytes.h"

namespace keystead {

namespace {

// One promise. Queues a piece of work per slice, so that an ending environment waits for one slice
// at most; deletes itself when the promise is settled or can no longer be.
class BoxWork {
 public:
  static Napi::Value Queue(Napi::Env env, std::unique_ptr<BoxJob> job) {
    if (job == nullptr) throw MakeError(env, "ERR_OUT_OF_MEMORY", "no memory to copy the input");
    std::unique_ptr<BoxWork> work(new BoxWork(env, std::move(job)));
    const Napi::Value promise = work->deferred_.Promise();
    if (!work->QueueSlice()) throw Napi::Error::New(env);
    work.release();
    return promise;
  }

  ~BoxWork() {
    if (slice_ != nullptr) napi_delete_async_work(env_, slice_);
  }
  BoxWork(const BoxWork&) = delete;
  BoxWork& operator=(const BoxWork&) = delete;

 private:
  BoxWork(Napi::Env env, std::unique_ptr<BoxJob> job)
      : env_(env), deferred_(Napi::Promise::Deferred::New(env)), job_(std::move(job)) {}

  bool QueueSlice() {
    if (slice_ != nullptr) napi_delete_async_work(env_, slice_);
    slice_ = nullptr;
    napi_value name = nullptr;
    return napi_create_string_utf8(env_, "keystead.box", NAPI_AUTO_LENGTH, &name) == napi_ok &&
           napi_create_async_work(env_, nullptr, name, OnPoolThread, OnMainThread, this, &slice_) ==
               napi_ok &&
           napi_queue_async_work(env_, slice_) == napi_ok;
  }

  static void OnPoolThread(napi_env, void* data) {
    auto* work = static_cast<BoxWork*>(data);
    work->status_ = work->job_->Step();
  }

  static void OnMainThread(napi_env env, napi_status completion, void* data) {
    std::unique_ptr<BoxWork> work(static_cast<BoxWork*>(data));
    const Napi::HandleScope scope(env);
    if (completion == napi_cancelled || IsEnding(env)) return;
    if (work->status_ == Status::kOk && !work->job_->finished() && work->QueueSlice()) {
      work.release();
      return;
    }
    work->Settle();
  }

  void Settle() {
    const Napi::Env env(env_);
    try {
      ThrowIfError(env, status_);
      if (!job_->finished()) throw MakeError(env, "ERR_CRYPTO", "the work could not be queued");
      const Bytes result = job_->result();
      const OwnBytes bytes(env, result.size);
      if (result.size > 0) memcpy(bytes.bytes.data, result.data, result.size);
      deferred_.Resolve(bytes.ToValue(env));
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
  const std::unique_ptr<BoxJob> job_;
  napi_async_work slice_ = nullptr;
  Status status_ = Status::kOk;
};

Napi::Value EncryptAsync(const Napi::CallbackInfo& info) {
  const SharedDataKey& key = GetHandle<DataKey>(info[0]).key;
  const Bytes plaintext = BytesArgument(info[1], "plaintext");
  const Bytes aad = OptionalBytesArgument(info[2], "aad");
  return BoxWork::Queue(info.Env(), BoxJob::Encrypt(key, plaintext, aad));
}

Napi::Value DecryptAsync(const Napi::CallbackInfo& info) {
  const SharedDataKey& key = GetHandle<DataKey>(info[0]).key;
  const Bytes box = BytesArgument(info[1], "box");
  const Bytes aad = OptionalBytesArgument(info[2], "aad");
  return BoxWork::Queue(info.Env(), BoxJob::Decrypt(key, box, aad));
}

}  // namespace

void ExportDataKeyAsync(Napi::Env, Napi::Object exports) {
  ExportFunction<EncryptAsync>(exports, "dataKeyEncryptAsync");
  ExportFunction<DecryptAsync>(exports, "dataKeyDecryptAsync");
}

}  // namespace keystead
