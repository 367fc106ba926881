#include "kept_streams.hpp"

#include "base/io/file_descriptor.hpp"
#include "base/io/pause.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace floe::cli {
namespace {

struct KeptStream {
  std::FILE* stream = nullptr;
  int descriptor = -1;
  int error = 0;  // errno of the first write that failed
};

KeptStream kept_answers;
KeptStream kept_messages;

// The lock of stderr, which plugins hold while they write a line: messages come before or after it. One that keeps the
// lock is waited for so long only.
class StderrLock {
 public:
  StderrLock() : is_held_(::ftrylockfile(stderr) == 0) {
    constexpr std::chrono::seconds kLongest(1);
    if (!is_held_) io::pause(kLongest, [this] { return is_held_ = ::ftrylockfile(stderr) == 0; });
  }

  StderrLock(const StderrLock&) = delete;
  StderrLock& operator=(const StderrLock&) = delete;

  ~StderrLock() {
    if (is_held_) ::funlockfile(stderr);
  }

 private:
  bool is_held_;
};

ssize_t write_all(KeptStream& kept, const char* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t written = ::write(kept.descriptor, data + done, size - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      if (kept.error == 0) kept.error = written < 0 ? errno : EIO;
      return static_cast<ssize_t>(done);
    }
    done += static_cast<std::size_t>(written);
  }
  return static_cast<ssize_t>(done);
}

ssize_t write_answer(void* /*cookie*/, const char* data, std::size_t size) {
  return write_all(kept_answers, data, size);
}

ssize_t write_message(void* /*cookie*/, const char* data, std::size_t size) {
  const StderrLock lock;
  return write_all(kept_messages, data, size);
}

// Without the original, or without a descriptor to spare, what is written stays where it is.
KeptStream keep(int descriptor, cookie_write_function_t* write) {
  const int copy = io::copy_out_of_reach(descriptor).release();
  cookie_io_functions_t functions{};
  functions.write = write;
  return {copy < 0 ? nullptr : ::fopencookie(nullptr, "w", functions), copy};
}

// Of a stream that is not kept, the errno of its writes is gone.
int error_of(const KeptStream& kept, std::FILE* stream) {
  errno = 0;
  const bool is_lost = std::fflush(stream) != 0 || std::ferror(stream) != 0;
  if (kept.stream != nullptr) return kept.error;
  return !is_lost ? 0 : errno != 0 ? errno : EIO;
}

}  // namespace

void open_closed_streams() {
  // The lowest free number is given out first, so each closed one gets its own. Read only: what cannot be written is
  // told.
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    if (::open("/dev/null", O_RDONLY) < 0) return;  // NOLINT(android-cloexec-open): a child needs its streams too
  }
}

void keep_streams_apart() {
  std::fflush(stdout);
  kept_messages = keep(STDERR_FILENO, write_message);
  if (kept_messages.stream != nullptr) std::setvbuf(kept_messages.stream, nullptr, _IONBF, 0);
  kept_answers = keep(STDOUT_FILENO, write_answer);
  if (kept_answers.stream != nullptr && ::isatty(kept_answers.descriptor) != 0)
    std::setvbuf(kept_answers.stream, nullptr, _IOLBF, 0);
  if (kept_answers.stream == nullptr || ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) return;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
}

std::FILE* answer_stream() { return kept_answers.stream == nullptr ? stdout : kept_answers.stream; }

std::FILE* message_stream() { return kept_messages.stream == nullptr ? stderr : kept_messages.stream; }

void print_to(std::FILE* stream, std::string_view text, Printed kind) {
  const std::string shown = printed(text, kind);
  static_cast<void>(std::fwrite(shown.data(), 1, shown.size(), stream));
}

std::string lost_answers() {
  const int error = error_of(kept_answers, answer_stream());
  return error == 0 || error == EPIPE ? std::string() : std::string(std::strerror(error));
}

bool write_messages(std::string_view text, Printed kind) {
  const std::string shown = printed(text, kind);
  const std::size_t written = std::fwrite(shown.data(), 1, shown.size(), message_stream());
  return written == shown.size() && error_of(kept_messages, message_stream()) == 0;
}

int answer_descriptor() { return kept_answers.stream == nullptr ? STDOUT_FILENO : kept_answers.descriptor; }

int message_descriptor() { return kept_messages.stream == nullptr ? STDERR_FILENO : kept_messages.descriptor; }

}  // namespace floe::cli
