#include "base/io/forked_process.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/errno_error.hpp"
#include "base/io/file_descriptor.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace floe::io {
namespace {

constexpr int kPollMs = 20;
constexpr std::size_t kOutputLimit = 1 << 20;
constexpr char kEndMark = '\x04';  // behind the report of a body that returned

struct Channel {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Channel> make_channel() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failf(ErrorCode::kExhausted, "cannot create a pipe: {}", errno_text(errno));
  }
  return Channel{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    if (::sigaction(number, nullptr, &action) != 0 || action.sa_handler == SIG_DFL) continue;
    action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(number, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(const ForkRequest& request, int output, int error, const ForkReport& report) {
  ::setpgid(0, 0);
  reset_signals();
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const FileDescriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(input.get(), STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(error, STDERR_FILENO);
  if (!request.working_directory.empty() && ::chdir(request.working_directory.c_str()) != 0) ::_exit(3);
  try {
    request.body(report);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    std::fflush(nullptr);
    ::_exit(4);
  }
  report.finish();
}

// Appends what is there; false at the end of the file.
bool drain(const FileDescriptor& file, std::string& text) {
  std::array<char, std::size_t{16} * 1024> buffer;
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (text.size() < kOutputLimit) text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// Reads the three channels until the child has ended; a process that it left behind is not waited for.
class ForkedChild {
 public:
  ForkedChild(pid_t pid, std::array<FileDescriptor, 3> channels) : pid_(pid), channels_(std::move(channels)) {
    for (const FileDescriptor& channel : channels_)
      ::fcntl(channel.get(), F_SETFL, O_NONBLOCK);
  }

  ForkedChild(const ForkedChild&) = delete;
  ForkedChild& operator=(const ForkedChild&) = delete;

  ~ForkedChild() { ::kill(-pid_, SIGKILL); }

  Result<ForkResult> wait(const ForkRequest& request) {
    const auto clock = make_system_clock();
    const std::int64_t end = clock->monotonic_ns() + request.timeout_ms * 1'000'000;
    bool is_cancelled = false;
    for (;;) {
      const bool is_over = has_ended();  // asked first: what it wrote before is read below
      read_channels(is_over ? 0 : kPollMs);
      if (is_over) break;
      if (!result_.is_timeout && clock->monotonic_ns() > end) {
        result_.is_timeout = true;
        ::kill(-pid_, SIGKILL);
      }
      if (!is_cancelled && request.is_cancelled && request.is_cancelled()) {
        is_cancelled = true;
        ::kill(-pid_, SIGKILL);
      }
    }
    if (is_cancelled) return fail(ErrorCode::kCancelled, "cancelled");
    if (result_.report.ends_with(kEndMark)) {
      result_.is_finished = result_.exit_code == 0 && result_.signal == 0;
      result_.report.pop_back();
    }
    return std::move(result_);
  }

 private:
  bool has_ended() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    return true;
  }

  void read_channels(int timeout_ms) {
    const std::array<std::string*, 3> texts{&result_.report, &result_.standard_output, &result_.standard_error};
    std::array<pollfd, 3> polled{};
    for (std::size_t i = 0; i < polled.size(); ++i)
      polled[i] = {is_open_[i] ? channels_[i].get() : -1, POLLIN, 0};
    ::poll(polled.data(), polled.size(), timeout_ms);
    for (std::size_t i = 0; i < polled.size(); ++i)
      is_open_[i] = is_open_[i] && drain(channels_[i], *texts[i]);
  }

  pid_t pid_;
  std::array<FileDescriptor, 3> channels_;
  std::array<bool, 3> is_open_{true, true, true};
  ForkResult result_;
};

}  // namespace

void ForkReport::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void ForkReport::finish() const {
  std::fflush(nullptr);  // what was printed through stdio
  write(std::string_view(&kEndMark, 1));
  ::_exit(0);
}

Result<ForkResult> run_forked(const ForkRequest& request) {
  Channel report = FLOE_TRY(make_channel());
  Channel output = FLOE_TRY(make_channel());
  Channel error = FLOE_TRY(make_channel());
  std::fflush(nullptr);  // else the child has our unwritten output too
  const pid_t pid = ::fork();
  if (pid < 0) return failf(ErrorCode::kExhausted, "cannot start a process: {}", errno_text(errno));
  if (pid == 0) run_child(request, output.write.get(), error.write.get(), ForkReport(report.write.get()));
  ::setpgid(pid, pid);
  report.write = FileDescriptor();
  output.write = FileDescriptor();
  error.write = FileDescriptor();
  return ForkedChild(pid, {std::move(report.read), std::move(output.read), std::move(error.read)}).wait(request);
}

}  // namespace floe::io
