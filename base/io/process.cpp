#include "base/io/process.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/errno_error.hpp"
#include "base/io/file_descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char** environ;  // NOLINT: POSIX declares no header for it

namespace floe::io {

namespace {

constexpr std::int64_t kCancelPollMs = 20;

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failf(ErrorCode::kExhausted, "cannot create a pipe: {}", errno_text(errno));
  }
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void set_nonblocking(const FileDescriptor& file) { ::fcntl(file.get(), F_SETFL, O_NONBLOCK); }

// Writing to a child that has closed its stdin must be an error code here, not a signal to the whole program.
class SigpipeBlocked {
 public:
  SigpipeBlocked(const SigpipeBlocked&) = delete;
  SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;

  SigpipeBlocked() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &previous_);
  }

  ~SigpipeBlocked() {
    const timespec now{};
    while (!was_pending_ && sigtimedwait(&sigpipe_, nullptr, &now) == -1 && errno == EINTR)
      continue;
    pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
  }

 private:
  sigset_t sigpipe_{};
  sigset_t previous_{};
  bool was_pending_ = false;
};

std::vector<std::string> merged_environment(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('='));
    const bool replaced = std::any_of(added.begin(), added.end(), [&](const auto& pair) { return pair.first == name; });
    if (!replaced) variables.emplace_back(variable);
  }
  for (const auto& [name, value] : added)
    variables.emplace_back(name).append("=").append(value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

class SpawnSettings {
 public:
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  SpawnSettings(const std::string& directory, int input, int output, int error) {
    posix_spawn_file_actions_init(&actions);
    if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);  // libraries open files without O_CLOEXEC
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }

  ~SpawnSettings() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

// One running child: feeds it, reads it, ends it.
class Child {
 public:
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  explicit Child(const ProcessRequest& request) : request_(request), clock_(make_system_clock()) {}

  ~Child() {
    if (pid_ <= 0 || exited_) return;  // only after an exception in a callback
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) == -1 && errno == EINTR)
      continue;
  }

  Status start() {
    Pipe input = FLOE_TRY(make_pipe());
    Pipe output = FLOE_TRY(make_pipe());
    Pipe error = FLOE_TRY(make_pipe());
    std::vector<std::string> command = request_.command;
    std::vector<std::string> environment = merged_environment(request_.environment);
    const SpawnSettings settings(request_.working_directory, input.read.get(), output.write.get(), error.write.get());
    const int failed = ::posix_spawnp(&pid_, command[0].c_str(), &settings.actions, &settings.attributes,
                                      pointers(command).data(), pointers(environment).data());
    if (failed != 0) {
      pid_ = 0;
      return start_error(failed);
    }
    exit_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));  // absent before Linux 5.3
    input_ = std::move(input.write);
    output_ = std::move(output.read);
    error_ = std::move(error.read);
    set_nonblocking(input_);
    set_nonblocking(output_);
    set_nonblocking(error_);
    if (request_.timeout_ms > 0) deadline_ns_ = clock_->monotonic_ns() + request_.timeout_ms * 1'000'000;
    return ok();
  }

  Result<ProcessResult> run() {
    while (!exited_) {
      wait_for_event();
      transfer();
      reap();
      check_limits();
    }
    // Everything the child wrote is in the pipes by now.
    drain(output_, request_.on_stdout, result_.standard_output);
    drain(error_, request_.on_stderr, result_.standard_error);
    if (!ended_early_.has_value()) return std::move(result_);
    return (*std::move(ended_early_)).with_detail("process.stderr", std::move(result_.standard_error));
  }

 private:
  [[nodiscard]] Error start_error(int number) const {
    if (!request_.working_directory.empty() && number == ENOENT &&
        ::access(request_.working_directory.c_str(), X_OK) != 0) {
      return errno_error(errno, "enter directory", request_.working_directory);
    }
    return errno_error(number, "run", request_.command[0]);
  }

  [[nodiscard]] int poll_timeout_ms() const {
    std::int64_t wait = -1;
    const auto at_most = [&](std::int64_t ms) { wait = wait < 0 ? ms : std::min(wait, ms); };
    if (request_.is_cancelled || !exit_.is_open()) at_most(kCancelPollMs);
    const std::int64_t deadline = kill_ns_ > 0 ? kill_ns_ : deadline_ns_;
    if (deadline > 0) at_most(std::max<std::int64_t>(0, (deadline - clock_->monotonic_ns() + 999'999) / 1'000'000));
    return static_cast<int>(std::min<std::int64_t>(wait, 60'000));
  }

  void wait_for_event() {
    std::array<pollfd, 4> files{pollfd{exit_.get(), POLLIN, 0}, pollfd{output_.get(), POLLIN, 0},
                                pollfd{error_.get(), POLLIN, 0}, pollfd{input_.get(), POLLOUT, 0}};
    ::poll(files.data(), files.size(), poll_timeout_ms());  // closed descriptors are negative and ignored
  }

  void transfer() {
    feed();
    drain(output_, request_.on_stdout, result_.standard_output);
    drain(error_, request_.on_stderr, result_.standard_error);
  }

  void feed() {
    if (!input_.is_open()) return;
    const SigpipeBlocked guard;
    while (fed_ < request_.input.size()) {
      const ssize_t written = ::write(input_.get(), request_.input.data() + fed_, request_.input.size() - fed_);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == EAGAIN) return;
      if (written < 0) break;  // the child does not read on: its own business
      fed_ += static_cast<std::size_t>(written);
    }
    input_.reset();
  }

  static void drain(FileDescriptor& file, const std::function<void(std::string_view)>& stream, std::string& collected) {
    std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    while (file.is_open()) {
      const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        file.reset();
        return;
      }
      const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
      if (stream) {
        stream(text);
      } else {
        collected += text;
      }
    }
  }

  void reap() {
    int status = 0;
    const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
    if (reaped == 0 || (reaped < 0 && errno == EINTR)) return;
    exited_ = true;
    if (reaped < 0) {
      // The host ignores SIGCHLD or reaped the child itself: the exit code is lost, and that must not look like
      // success.
      ended_early_ =
          failf(ErrorCode::kInternal, "lost the exit code of `{}`: {}", request_.command[0], errno_text(errno));
      return;
    }
    result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  void check_limits() {
    if (exited_) return;
    const std::int64_t now = clock_->monotonic_ns();
    if (kill_ns_ > 0) {
      if (now >= kill_ns_) ::kill(-pid_, SIGKILL);
    } else if (request_.is_cancelled && request_.is_cancelled()) {
      end(failf(ErrorCode::kCancelled, "`{}` was cancelled", request_.command[0]), now);
    } else if (deadline_ns_ > 0 && now >= deadline_ns_) {
      end(failf(ErrorCode::kTimeout, "`{}` did not end within {} ms", request_.command[0], request_.timeout_ms), now);
    }
  }

  void end(Error why, std::int64_t now) {
    ended_early_ = std::move(why);
    kill_ns_ = now + request_.grace_ms * 1'000'000;
    ::kill(-pid_, SIGTERM);
  }

  const ProcessRequest& request_;
  std::unique_ptr<Clock> clock_;
  pid_t pid_ = 0;
  FileDescriptor exit_;
  FileDescriptor input_;
  FileDescriptor output_;
  FileDescriptor error_;
  std::size_t fed_ = 0;
  std::int64_t deadline_ns_ = 0;
  std::int64_t kill_ns_ = 0;  // when SIGTERM has been ignored for long enough
  bool exited_ = false;
  std::optional<Error> ended_early_;
  ProcessResult result_;
};

}  // namespace

Result<ProcessResult> run_process(const ProcessRequest& request) {
  if (request.command.empty() || request.command[0].empty()) {
    return fail(ErrorCode::kInvalidArgument, "no command to run");
  }
  Child child(request);
  FLOE_TRY(child.start());
  return child.run();
}

}  // namespace floe::io
