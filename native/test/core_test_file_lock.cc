// File locks: who has one, who is refused, and when the kernel takes it back.
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "core_test.h"
#include "file_lock.h"
#include "temporary_folder.h"

namespace keystead {
namespace {

// Of one test; what runs in a forked child has no arguments.
const char* lock_path = nullptr;

class LockFile {
 public:
  LockFile() : path_(folder_.At("lock")) {
    folder_.Write("lock", {}, 0600);
    lock_path = path_.c_str();
  }

 private:
  test::TemporaryFolder folder_;
  std::string path_;
};

FileLock OpenLock() {
  FileLock lock;
  EXPECT(FileLock::Open(lock_path, &lock).ok());
  return lock;
}

bool Take(const FileLock& lock) {
  bool taken = false;
  EXPECT(lock.TryTake(&taken).ok());
  return taken;
}

int64_t NowMilliseconds() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

KEYSTEAD_TEST(FileLockIsOneHoldersUntilReleased) {
  const LockFile file;
  const FileLock first = OpenLock();
  const FileLock second = OpenLock();
  EXPECT(Take(first));
  EXPECT(Take(first));
  EXPECT(!Take(second));
  second.Release();
  EXPECT(!Take(second));
  first.Release();
  EXPECT(Take(second));
  EXPECT(!Take(first));
}

KEYSTEAD_TEST(FileLockIsReleasedWithItsObject) {
  const LockFile file;
  const FileLock second = OpenLock();
  {
    const FileLock first = OpenLock();
    EXPECT(Take(first));
    EXPECT(!Take(second));
  }
  EXPECT(Take(second));
}

KEYSTEAD_TEST(FileLockIsWaitedForNoLongerThanAsked) {
  const LockFile file;
  const FileLock first = OpenLock();
  const FileLock second = OpenLock();
  ASSERT(Take(first));
  bool taken = true;
  const int64_t begin = NowMilliseconds();
  EXPECT(second.TakeWithin(std::chrono::milliseconds(50), &taken).ok());
  EXPECT(!taken);
  EXPECT(NowMilliseconds() - begin >= 50);
  first.Release();
  EXPECT(second.TakeWithin(std::chrono::milliseconds(0), &taken).ok());
  EXPECT(taken);
}

void TakeAndDie() {
  const FileLock lock = OpenLock();
  EXPECT(Take(lock));
  kill(getpid(), SIGKILL);
}

KEYSTEAD_TEST(FileLockIsReleasedByDeath) {
  const LockFile file;
  EXPECT(test::RunInChild(TakeAndDie).signal == SIGKILL);
  EXPECT(Take(OpenLock()));
}

void ExpectTaken() { EXPECT(!Take(OpenLock())); }

KEYSTEAD_TEST(FileLockOfAnotherProcessIsRespected) {
  const LockFile file;
  const FileLock lock = OpenLock();
  ASSERT(Take(lock));
  EXPECT(test::RunInChild(ExpectTaken).exit_code == 0);
  // The child's end has not released it.
  EXPECT(!Take(OpenLock()));
}

KEYSTEAD_TEST(FileLockTakesNoNoticeOfRecordLocks) {
  const LockFile file;
  const FileLock lock = OpenLock();
  ASSERT(Take(lock));
  EXPECT(test::RunInChild([] {
           const int other = open(lock_path, O_RDWR | O_CLOEXEC);
           struct flock record = {};
           record.l_type = F_WRLCK;
           record.l_whence = SEEK_SET;
           EXPECT(fcntl(other, F_SETLK, &record) == 0);
         }).exit_code == 0);
}

KEYSTEAD_TEST(FileLockRefusesWhatIsNoOwnFile) {
  const test::TemporaryFolder folder;
  folder.Write("file", {}, 0600);
  ASSERT(symlink(folder.At("file").c_str(), folder.At("link").c_str()) == 0);
  ASSERT(mkfifo(folder.At("fifo").c_str(), 0600) == 0);
  FileLock lock;
  const auto problem_of = [&](const char* name) {
    return FileLock::Open(folder.At(name).c_str(), &lock).problem;
  };
  EXPECT(problem_of("none") == FileProblem::kNotFound);
  EXPECT(problem_of("link") == FileProblem::kSymbolicLink);
  EXPECT(problem_of("fifo") == FileProblem::kNotRegular);
  EXPECT(problem_of(".") == FileProblem::kIo);
  EXPECT(problem_of("file") == FileProblem::kNone);
}

KEYSTEAD_TEST(FileLockThatIsNotOpenIsAnError) {
  const FileLock lock;
  bool taken = true;
  const FileResult result = lock.TryTake(&taken);
  EXPECT(result.problem == FileProblem::kIo && result.error_number == EBADF);
  EXPECT(!taken);
  EXPECT(lock.TakeWithin(std::chrono::seconds(1), &taken).problem == FileProblem::kIo);
}

}  // namespace
}  // namespace keystead
