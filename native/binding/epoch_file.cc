#include "epoch_file.h"

#include "arguments.h"
#include "core/epoch_file.h"
#include "export_function.h"
#include "handle.h"

namespace keystead {

namespace {

constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;

struct EpochFileObject {
  static constexpr HandleKind kKind = HandleKind::kEpochFile;
  static constexpr char kName[] = "epoch file";
  EpochFile file;
};

EpochFile& FileArgument(const Napi::CallbackInfo& info) {
  return GetHandle<EpochFileObject>(info[0]).file;
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string path = StringArgument(info[0], "path");
  EpochFileObject object;
  ThrowIfError(env, EpochFile::Open(path.c_str(), &object.file), "ERR_STORE",
               "epoch file `" + path + "`");
  return MakeHandle(env, HandleSlot<EpochFileObject>(std::move(object)));
}

Napi::Value Read(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(FileArgument(info).Read()));
}

Napi::Value Raise(const Napi::CallbackInfo& info) {
  uint64_t raised = 0;
  ThrowIfError(info.Env(), FileArgument(info).Raise(&raised), "ERR_STORE", "the epoch file");
  return Napi::Number::New(info.Env(), static_cast<double>(raised));
}

Napi::Value Settle(const Napi::CallbackInfo& info) {
  EpochFile& file = FileArgument(info);
  const uint64_t raised = IntegerArgument(info[1], "raised", 1, kMaxSafeInteger);
  if (raised % 2 == 0) ThrowInvalidArgument(info.Env(), "`raised` must be odd");
  return Napi::Boolean::New(info.Env(), file.Settle(raised));
}

}  // namespace

void ExportEpochFile(Napi::Env, Napi::Object exports) {
  ExportFunction<Open>(exports, "epochFileOpen");
  ExportFunction<Read>(exports, "epochFileRead");
  ExportFunction<Raise>(exports, "epochFileRaise");
  ExportFunction<Settle>(exports, "epochFileSettle");
  ExportFunction<DisposeHandle<EpochFileObject>>(exports, "epochFileClose");
}

}  // namespace keystead
