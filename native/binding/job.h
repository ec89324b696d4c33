// Job: work on native threads of its own that ends in a promise. The libuv pool would be blocked by
// it, and an ending environment could not stop it there.
#ifndef KEYSTEAD_BINDING_JOB_H_
#define KEYSTEAD_BINDING_JOB_H_

#include <napi.h>

#include <memory>

#include "core/job_control.h"
#include "errors.h"
#include "handle.h"

namespace keystead {

class Job {
 public:
  virtual ~Job() = default;

  // The work, on a thread of its own. Touches no JavaScript, and returns soon after `control.stop`
  // was set.
  virtual Status Run() = 0;
  // On the JavaScript thread, once: what the promise resolves to after kOk.
  virtual Napi::Value Result(Napi::Env env) = 0;
  virtual Napi::Error Failure(Napi::Env env, Status status) { return MakeError(env, status); }

  // Outlives the job where JavaScript has its handle.
  const std::shared_ptr<JobControl> shared_control = std::make_shared<JobControl>();
  JobControl& control = *shared_control;
};

struct JobObject {
  static constexpr HandleKind kKind = HandleKind::kJob;
  static constexpr char kName[] = "job";
  // Not the job: its keys, files and buffers go when it ends, whenever the handle is collected.
  std::shared_ptr<JobControl> control;
};

// Starts the job: an array of its promise and its handle. It keeps the loop alive; an ending
// environment stops it and waits for it.
Napi::Value StartJob(Napi::Env env, std::shared_ptr<Job> job);

void ExportJob(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_JOB_H_
