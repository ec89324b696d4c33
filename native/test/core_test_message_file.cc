// Files on several threads and on a file system without nameless files.
#include "../core/message_file.h"

#include "../core/message_open.h"
#include "../core/message_seal.h"
#include "core_test.h"
#include "temporary_folder.h"

namespace keystead::test {
namespace {

// One encrypted data key with empty fields.
const Octets kEncryptedDataKeys = {0, 1, 0, 0, 0, 0, 0, 0};

SharedDataKey SampleKey() {
  auto key = std::make_shared<SecureBuffer>(kAes256KeyBytes);
  const Octets octets = SampleBytes(kAes256KeyBytes);
  memcpy(key->data(), octets.data(), octets.size());
  return key;
}

// Threads, fallback: the job's parameters.
struct Job {
  Job(bool nameless, unsigned threads) {
    job.output.sync = false;
    job.output.try_nameless = nameless;
    job.threads = threads;
    job.control = &control;
    job.problem = &problem;
  }
  JobControl control;
  MessageFileProblem problem;
  FileJob job;
};

KEYSTEAD_TEST(MessageFilesGoThereAndBack) {
  const SharedDataKey key = SampleKey();
  ASSERT(key->ok());
  MessageWriter writer;
  ASSERT(MessageWriter::Create(key, {kCommittingSuite, {}, View(kEncryptedDataKeys), 1000}, nullptr,
                               &writer) == Status::kOk);
  const TemporaryFolder folder;
  const Octets text = SampleBytes(9000001);
  folder.Write("text", text, 0640);
  for (const bool nameless : {true, false}) {
    for (const unsigned threads : {1u, 4u}) {
      Job encrypt(nameless, threads);
      EXPECT(EncryptFile(writer, folder.At("text").c_str(), folder.At("message").c_str(),
                         encrypt.job) == Status::kOk);
      EXPECT(encrypt.control.done_bytes == text.size());
      MessageFile file;
      Job decrypt(nameless, threads);
      ASSERT(file.Open(folder.At("message").c_str(), MessageLimits(), &decrypt.problem) ==
             Status::kOk);
      EXPECT(DecryptFile(file, {key->bytes(), {}}, folder.At("back").c_str(), decrypt.job) ==
             Status::kOk);
      EXPECT(folder.Read("back") == text);
      EXPECT((folder.Info("back").st_mode & 07777) == 0640);
      unlink(folder.At("message").c_str());
      unlink(folder.At("back").c_str());
      EXPECT(folder.Names() == std::set<std::string>{"text"});
    }
  }
}

KEYSTEAD_TEST(MessageFilesThatFailLeaveNothing) {
  const SharedDataKey key = SampleKey();
  MessageWriter writer;
  ASSERT(MessageWriter::Create(key, {kCommittingSuite, {}, View(kEncryptedDataKeys), 1000}, nullptr,
                               &writer) == Status::kOk);
  const TemporaryFolder folder;
  uint64_t size = 0;
  const Octets text = SampleBytes(300000);
  ASSERT(SealedMessageBytes(writer, text.size(), &size) == Status::kOk);
  Octets message(size);
  JobControl control;
  ASSERT(SealMessage(writer, View(text), 1, &control, message.data()) == Status::kOk);
  message[100000] ^= 1;
  folder.Write("message", message);
  for (const bool nameless : {true, false}) {
    Job job(nameless, 3);
    MessageFile file;
    ASSERT(file.Open(folder.At("message").c_str(), MessageLimits(), &job.problem) == Status::kOk);
    EXPECT(DecryptFile(file, {key->bytes(), {}}, folder.At("back").c_str(), job.job) ==
           Status::kDecryptionFailed);
    EXPECT(folder.Names() == std::set<std::string>{"message"});
    Job stopped(nameless, 3);
    stopped.control.stop = true;
    EXPECT(DecryptFile(file, {key->bytes(), {}}, folder.At("back").c_str(), stopped.job) ==
           Status::kAborted);
    EXPECT(folder.Names() == std::set<std::string>{"message"});
  }
}

KEYSTEAD_TEST(MessagesThatFailAreWiped) {
  const SharedDataKey key = SampleKey();
  MessageWriter writer;
  ASSERT(MessageWriter::Create(key, {kCommittingSuite, {}, View(kEncryptedDataKeys), 100}, nullptr,
                               &writer) == Status::kOk);
  const Octets text = SampleBytes(1000);
  uint64_t size = 0;
  ASSERT(SealedMessageBytes(writer, text.size(), &size) == Status::kOk);
  Octets message(size);
  JobControl control;
  ASSERT(SealMessage(writer, View(text), 1, &control, message.data()) == Status::kOk);
  message.back() ^= 1;
  ParsedMessage parsed;
  ASSERT(ParseMessage(View(message), MessageLimits(), &parsed) == Status::kOk);
  Octets out(parsed.body.plaintext_bytes, 0xA5);
  EXPECT(OpenMessage(parsed, key->bytes(), {}, 1, &control, out.data()) ==
         Status::kDecryptionFailed);
  EXPECT(IsAllZero(out.data(), out.size()));
}

}  // namespace
}  // namespace keystead::test
