// OutputFile: with and without O_TMPFILE a file appears whole or not at all.
#include "../core/output_file.h"

#include "core_test.h"
#include "temporary_folder.h"

namespace keystead::test {
namespace {

const Octets kText = SampleBytes(100);

// A target of a folder, made as `nameless` says.
struct Target {
  Target(const TemporaryFolder& folder, bool nameless, bool overwrite = false) {
    options.sync = false;
    options.try_nameless = nameless;
    options.overwrite = overwrite;
    source = folder.Info("source");
  }
  Status Create(const std::string& path) {
    return file.Create(path.c_str(), source, options, &problem);
  }
  Status Write() { return file.WriteAt(View(kText), 0, &problem); }

  OutputFileOptions options;
  struct stat source;
  MessageFileProblem problem;
  OutputFile file;
};

template <bool kNameless>
void PublishesWhole() {
  const TemporaryFolder folder;
  folder.Write("source", kText);
  Target target(folder, kNameless);
  EXPECT(target.Create(folder.At("target")) == Status::kOk);
  EXPECT(target.Write() == Status::kOk);
  EXPECT(folder.Names().count("target") == 0);
  EXPECT(folder.Names().size() == (kNameless ? 1 : 2));
  EXPECT(target.file.Publish(0640, &target.problem) == Status::kOk);
  EXPECT((folder.Names() == std::set<std::string>{"source", "target"}));
  EXPECT(folder.Read("target") == kText);
  EXPECT((folder.Info("target").st_mode & 07777) == 0640);
}
KEYSTEAD_TEST(OutputFilePublishesANamelessFile) { PublishesWhole<true>(); }
KEYSTEAD_TEST(OutputFilePublishesATemporaryFile) { PublishesWhole<false>(); }

template <bool kNameless>
void LeavesNothingWhenAbandoned() {
  const TemporaryFolder folder;
  folder.Write("source", kText);
  {
    Target target(folder, kNameless);
    EXPECT(target.Create(folder.At("target")) == Status::kOk);
    EXPECT(target.Write() == Status::kOk);
  }
  EXPECT(folder.Names() == std::set<std::string>{"source"});
}
KEYSTEAD_TEST(OutputFileAbandonsANamelessFile) { LeavesNothingWhenAbandoned<true>(); }
KEYSTEAD_TEST(OutputFileAbandonsATemporaryFile) { LeavesNothingWhenAbandoned<false>(); }

// The name is taken after Create has looked.
template <bool kNameless>
void ReplacesNothingUnasked() {
  const TemporaryFolder folder;
  folder.Write("source", kText);
  {
    Target target(folder, kNameless);
    EXPECT(target.Create(folder.At("target")) == Status::kOk);
    folder.Write("target", SampleBytes(3));
    EXPECT(target.file.Publish(0600, &target.problem) == Status::kFile);
    EXPECT(target.problem.step == FileStep::kTargetExists);
  }
  EXPECT(folder.Read("target") == SampleBytes(3));
  EXPECT((folder.Names() == std::set<std::string>{"source", "target"}));
}
KEYSTEAD_TEST(OutputFileReplacesNothingByANamelessFile) { ReplacesNothingUnasked<true>(); }
KEYSTEAD_TEST(OutputFileReplacesNothingByATemporaryFile) { ReplacesNothingUnasked<false>(); }

template <bool kNameless>
void ReplacesWhenAsked() {
  const TemporaryFolder folder;
  folder.Write("source", kText);
  folder.Write("target", SampleBytes(3), 0666);
  Target target(folder, kNameless, true);
  EXPECT(target.Create(folder.At("target")) == Status::kOk);
  EXPECT(target.Write() == Status::kOk);
  EXPECT(folder.Read("target") == SampleBytes(3));
  EXPECT(target.file.Publish(0600, &target.problem) == Status::kOk);
  EXPECT(folder.Read("target") == kText);
  EXPECT((folder.Info("target").st_mode & 07777) == 0600);
  EXPECT((folder.Names() == std::set<std::string>{"source", "target"}));
}
KEYSTEAD_TEST(OutputFileReplacesByANamelessFile) { ReplacesWhenAsked<true>(); }
KEYSTEAD_TEST(OutputFileReplacesByATemporaryFile) { ReplacesWhenAsked<false>(); }

KEYSTEAD_TEST(OutputFileKeepsATemporaryFileToItsOwner) {
  const TemporaryFolder folder;
  folder.Write("source", kText);
  Target target(folder, false);
  EXPECT(target.Create(folder.At("target")) == Status::kOk);
  for (const std::string& name : folder.Names()) {
    if (name != "source") EXPECT((folder.Info(name).st_mode & 07777) == 0600);
  }
}

KEYSTEAD_TEST(OutputFileTakesTheLongestName) {
  const TemporaryFolder folder;
  folder.Write("source", kText);
  const std::string name(255, 'n');
  for (const bool overwrite : {false, true}) {
    Target target(folder, overwrite, overwrite);
    EXPECT(target.Create(folder.At(name)) == Status::kOk);
    EXPECT(target.file.Publish(0600, &target.problem) == Status::kOk);
    EXPECT(folder.Names().count(name) == 1);
  }
}

}  // namespace
}  // namespace keystead::test
