// test_addon: what the JavaScript tests need of the operating system and Node has no word for:
// fork(2) without exec, a word at the end of a thread, an mlock(2) that asks for the limit,
// externals of another addon, and array buffers that share memory.
#include <inttypes.h>
#include <node_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Not every set of Node-API headers has uv.h.
extern "C" int uv_run(uv_loop_s* loop, int mode);

namespace {

constexpr size_t kReportBytesMax = 64 * 1024;
// A forked child has one thread: V8 may wait for others that are not there.
constexpr unsigned kChildSecondsMax = 20;
constexpr int kNoReport = 255;

int finalized_externals = 0;

napi_value Fail(napi_env env, const char* message) {
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

napi_value Number(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

// V8 keeps its heap from forked children (MADV_DONTFORK, `dc` in proc_pid_smaps(5)), so that no
// JavaScript could run in one. Gives children all of it but what is kept from dumps too (`dd`),
// which is the secure arena.
void LetChildrenHaveHeap() {
  FILE* maps = fopen("/proc/self/smaps", "re");
  char line[512];
  uintptr_t begin = 0;
  uintptr_t end = 0;
  while (maps != nullptr && fgets(line, sizeof(line), maps) != nullptr) {
    uintptr_t from = 0;
    uintptr_t to = 0;
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2) {
      begin = from;
      end = to;
    } else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " dc") != nullptr &&
               strstr(line, " dd") == nullptr) {
      madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DOFORK);
    }
  }
  if (maps != nullptr) fclose(maps);
}

bool WriteAll(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(fd, bytes, size);
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// Calls `callback` and writes the string that it returns.
bool ReportOf(napi_env env, napi_value callback, int fd) {
  static char report[kReportBytesMax];
  napi_value undefined = nullptr;
  napi_value result = nullptr;
  size_t size = 0;
  return napi_get_undefined(env, &undefined) == napi_ok &&
         napi_call_function(env, undefined, callback, 0, nullptr, &result) == napi_ok &&
         napi_get_value_string_utf8(env, result, report, sizeof(report), &size) == napi_ok &&
         WriteAll(fd, report, size);
}

// Node runs finalizers from its event loop.
void RunFinalizers(napi_env env) {
  constexpr int kNoWait = 2;  // UV_RUN_NOWAIT
  uv_loop_s* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) == napi_ok) uv_run(loop, kNoWait);
}

[[noreturn]] void RunChild(napi_env env, napi_value callback, bool clean_exit, int fd) {
  alarm(kChildSecondsMax);
  const bool reported = ReportOf(env, callback, fd);
  RunFinalizers(env);
  const int code = reported ? finalized_externals : kNoReport;
  close(fd);
  if (clean_exit) exit(code);
  _exit(code);
}

napi_value ReadReport(napi_env env, int fd) {
  static char report[kReportBytesMax];
  size_t size = 0;
  ssize_t got = 0;
  while (size < sizeof(report) && (got = read(fd, report + size, sizeof(report) - size)) > 0) {
    size += static_cast<size_t>(got);
  }
  napi_value text = nullptr;
  napi_create_string_utf8(env, report, size, &text);
  return text;
}

// fork(callback, cleanExit): { report, exitCode, signal } of a child that ran `callback`, then
// finalizers, and ended by exit(3), or by _exit(2). Its exit code counts this addon's externals
// that were finalized.
napi_value Fork(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2] = {};
  bool clean_exit = false;
  int pipe_fds[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_get_value_bool(env, arguments[1], &clean_exit);
  if (pipe(pipe_fds) != 0) return Fail(env, "no pipe");
  LetChildrenHaveHeap();
  const pid_t child = fork();
  if (child < 0) return Fail(env, "no fork");
  if (child == 0) {
    close(pipe_fds[0]);
    RunChild(env, arguments[0], clean_exit, pipe_fds[1]);
  }
  close(pipe_fds[1]);
  napi_value result = nullptr;
  napi_create_object(env, &result);
  napi_set_named_property(env, result, "report", ReadReport(env, pipe_fds[0]));
  close(pipe_fds[0]);
  int status = 0;
  if (waitpid(child, &status, 0) != child) return Fail(env, "no child");
  const int exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  napi_set_named_property(env, result, "exitCode", Number(env, exit_code));
  napi_set_named_property(env, result, "signal",
                          Number(env, WIFSIGNALED(status) ? WTERMSIG(status) : 0));
  return result;
}

// forkLiving(): the process id of a child that does nothing until it is killed.
napi_value ForkLiving(napi_env env, napi_callback_info) {
  const pid_t child = fork();
  if (child < 0) return Fail(env, "no fork");
  if (child > 0) return Number(env, child);
  alarm(kChildSecondsMax);
  for (;;) pause();
}

void Announce(void* line) {
  WriteAll(STDOUT_FILENO, static_cast<char*>(line), strlen(static_cast<char*>(line)));
  free(line);
}

// announceEnd(line): has a clean-up hook write the line to standard output when the thread ends.
napi_value AnnounceEnd(napi_env env, napi_callback_info info) {
  constexpr size_t kLineBytesMax = 80;
  size_t count = 1;
  napi_value argument = nullptr;
  char line[kLineBytesMax];
  size_t size = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_string_utf8(env, argument, line, sizeof(line), &size);
  napi_add_env_cleanup_hook(env, Announce, strdup(line));
  return nullptr;
}

// canLock(bytes): whether so much more can be locked.
napi_value CanLock(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  double bytes = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_double(env, argument, &bytes);
  const auto size = static_cast<size_t>(bytes);
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return Fail(env, "no memory");
  // Not mlock(3), which sanitizers replace by nothing.
  const bool locked = syscall(SYS_mlock, memory, size) == 0;
  munmap(memory, size);
  napi_value value = nullptr;
  napi_get_boolean(env, locked, &value);
  return value;
}

void Finalize(napi_env, void*, void*) { ++finalized_externals; }

// external(tagged): an external of this addon, with a type tag of its own or without one.
napi_value External(napi_env env, napi_callback_info info) {
  static uint64_t pointee[8] = {};
  static const napi_type_tag tag = {0x5eed5eed5eed5eed, 0x7a67a67a67a67a67};
  size_t count = 1;
  napi_value argument = nullptr;
  napi_value external = nullptr;
  bool tagged = false;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_bool(env, argument, &tagged);
  napi_create_external(env, pointee, Finalize, nullptr, &external);
  if (tagged) napi_type_tag_object(env, external, &tag);
  return external;
}

// overlapping(size): two ArrayBuffers over the same memory, of `size` bytes and of half as many.
// The memory is never freed.
napi_value Overlapping(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  napi_value buffers = nullptr;
  uint32_t size = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_uint32(env, argument, &size);
  auto* memory = static_cast<uint8_t*>(malloc(size));
  if (memory == nullptr) return Fail(env, "no memory");
  napi_create_array_with_length(env, 2, &buffers);
  for (uint32_t i = 0; i < 2; ++i) {
    napi_value buffer = nullptr;
    // V8 wants no address twice.
    napi_create_external_arraybuffer(env, memory + i * (size / 4), size >> i, nullptr, nullptr,
                                     &buffer);
    napi_set_element(env, buffers, i, buffer);
  }
  return buffers;
}

void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT() {
  Export(env, exports, "fork", Fork);
  Export(env, exports, "forkLiving", ForkLiving);
  Export(env, exports, "announceEnd", AnnounceEnd);
  Export(env, exports, "canLock", CanLock);
  Export(env, exports, "external", External);
  Export(env, exports, "overlapping", Overlapping);
  return exports;
}
