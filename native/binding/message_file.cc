// Files of messages: everything from open to link happens on the job's own threads.
#include "core/message_file.h"

#include "arguments.h"
#include "export_function.h"
#include "job.h"
#include "message.h"
#include "message_key.h"
#include "own_bytes.h"

namespace keystead {

namespace {

constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;

struct MessageFileObject {
  static constexpr HandleKind kKind = HandleKind::kMessageFile;
  static constexpr char kName[] = "file";
  std::shared_ptr<const MessageFile> file;
  std::string path;
};

const MessageFileObject& FileArgument(const Napi::CallbackInfo& info) {
  return GetHandle<MessageFileObject>(info[0]);
}

// Tells of the file that a step failed on.
class FileWork : public Job {
 public:
  FileWork(std::string source, std::string target)
      : source_(std::move(source)), target_(std::move(target)) {}
  Napi::Value Result(Napi::Env env) override { return env.Undefined(); }
  Napi::Error Failure(Napi::Env env, Status status) override {
    if (status == Status::kFile) return MakeError(env, problem_, source_, target_);
    return MakeError(env, status);
  }

 protected:
  FileJob Parameters(const OutputFileOptions& output, unsigned threads) {
    return {output, threads, &control, &problem_};
  }

  const std::string source_;
  const std::string target_;
  MessageFileProblem problem_;
};

class OpenWork : public FileWork {
 public:
  OpenWork(std::string path, const MessageLimits& limits)
      : FileWork(std::move(path), ""), limits_(limits), file_(std::make_shared<MessageFile>()) {}
  Status Run() override { return file_->Open(source_.c_str(), limits_, &problem_); }
  Napi::Value Result(Napi::Env env) override {
    return MakeHandle(env, HandleSlot<MessageFileObject>(MessageFileObject{file_, source_}));
  }

 private:
  const MessageLimits limits_;
  const std::shared_ptr<MessageFile> file_;
};

// Where a job writes, and how.
struct TargetArguments {
  std::string path;
  OutputFileOptions output;
  unsigned threads;

  TargetArguments(const Napi::CallbackInfo& info, size_t first)
      : path(StringArgument(info[first], "target")), threads(ThreadsArgument(info[first + 3])) {
    output.overwrite = info[first + 1].ToBoolean();
    output.sync = info[first + 2].ToBoolean();
  }
};

class EncryptFileWork : public FileWork {
 public:
  EncryptFileWork(std::shared_ptr<const MessageWriter> writer, std::string source,
                  const TargetArguments& target)
      : FileWork(std::move(source), target.path),
        writer_(std::move(writer)),
        output_(target.output),
        threads_(target.threads) {}
  Status Run() override {
    return EncryptFile(*writer_, source_.c_str(), target_.c_str(), Parameters(output_, threads_));
  }

 private:
  const std::shared_ptr<const MessageWriter> writer_;
  const OutputFileOptions output_;
  const unsigned threads_;
};

// Work on an open file with its data key.
class OpenedFileWork : public FileWork {
 public:
  OpenedFileWork(const MessageFileObject& file, SharedDataKey key, std::string target)
      : FileWork(file.path, std::move(target)), file_(file.file), key_(std::move(key)) {}
  bool CopyUnstored(Bytes unstored) { return unstored_.Append(unstored); }

 protected:
  MessageOpening Opening() const { return {key_->bytes(), unstored_.bytes()}; }
  const std::shared_ptr<const MessageFile> file_;

 private:
  const SharedDataKey key_;
  HeapBytes unstored_;
};

class DecryptFileWork : public OpenedFileWork {
 public:
  DecryptFileWork(const MessageFileObject& file, SharedDataKey key, const TargetArguments& target)
      : OpenedFileWork(file, std::move(key), target.path),
        output_(target.output),
        threads_(target.threads) {}
  Status Run() override {
    return DecryptFile(*file_, Opening(), target_.c_str(), Parameters(output_, threads_));
  }

 private:
  const OutputFileOptions output_;
  const unsigned threads_;
};

class DecryptRangeWork : public OpenedFileWork {
 public:
  DecryptRangeWork(const MessageFileObject& file, SharedDataKey key, uint64_t start, uint64_t end,
                   unsigned threads)
      : OpenedFileWork(file, std::move(key), ""), start_(start), end_(end), threads_(threads) {}
  Status Run() override {
    return DecryptRange(*file_, Opening(), start_, end_, Parameters({}, threads_), &out_);
  }
  Napi::Value Result(Napi::Env env) override {
    const OwnBytes bytes(env, out_.size());
    if (out_.size() > 0) memcpy(bytes.bytes.data, out_.data(), out_.size());
    return bytes.ToValue(env);
  }

 private:
  const uint64_t start_;
  const uint64_t end_;
  const unsigned threads_;
  HeapBytes out_;
};

Napi::Value StartOpened(const Napi::CallbackInfo& info, std::shared_ptr<OpenedFileWork> work) {
  if (!work->CopyUnstored(OptionalBytesArgument(info[2], "unstoredContext"))) {
    throw MakeError(info.Env(), Status::kOutOfMemory);
  }
  return StartJob(info.Env(), std::move(work));
}

Napi::Value Encrypt(const Napi::CallbackInfo& info) {
  return StartJob(info.Env(), std::make_shared<EncryptFileWork>(WriterArgument(info),
                                                                StringArgument(info[1], "source"),
                                                                TargetArguments(info, 2)));
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  return StartJob(info.Env(), std::make_shared<OpenWork>(StringArgument(info[0], "path"),
                                                         LimitsArgument(info, 1)));
}

Napi::Value Decrypt(const Napi::CallbackInfo& info) {
  return StartOpened(
      info, std::make_shared<DecryptFileWork>(FileArgument(info), AnyDataKeyArgument(info[1]),
                                              TargetArguments(info, 3)));
}

Napi::Value Range(const Napi::CallbackInfo& info) {
  const uint64_t end = IntegerArgument(info[4], "end", 0, kMaxSafeInteger);
  const uint64_t start = IntegerArgument(info[3], "start", 0, end);
  return StartOpened(
      info, std::make_shared<DecryptRangeWork>(FileArgument(info), AnyDataKeyArgument(info[1]),
                                               start, end, ThreadsArgument(info[5])));
}

Napi::Value Header(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const MessageFile> file = FileArgument(info).file;
  const Bytes header = file->header_bytes();
  const OwnBytes bytes(info.Env(), header.size);
  memcpy(bytes.bytes.data, header.data, header.size);
  return bytes.ToValue(info.Env());
}

Napi::Value Size(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(FileArgument(info).file->source().size()));
}

}  // namespace

void ExportMessageFile(Napi::Env, Napi::Object exports) {
  ExportFunction<Encrypt>(exports, "messageEncryptFile");
  ExportFunction<Open>(exports, "messageFileOpen");
  ExportFunction<Header>(exports, "messageFileHeader");
  ExportFunction<Size>(exports, "messageFileSize");
  ExportFunction<Decrypt>(exports, "messageFileDecrypt");
  ExportFunction<Range>(exports, "messageFileDecryptRange");
  ExportFunction<DisposeHandle<MessageFileObject>>(exports, "messageFileClose");
}

}  // namespace keystead
