#include "kept_streams.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace floe::cli {
namespace {

// Beyond the first ones: code that means to close "its" low descriptors does not close these.
constexpr int kLowestDescriptor = 512;

struct KeptStream {
  std::FILE* stream = nullptr;
  int descriptor = -1;
};

KeptStream kept_answers;
KeptStream kept_messages;

int copy_of(int descriptor) {
  const int high = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kLowestDescriptor);
  return high >= 0 ? high : ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

// Without the original, or without a descriptor to spare, what is written stays where it is.
KeptStream keep(int descriptor) {
  const int copy = copy_of(descriptor);
  return {copy < 0 ? nullptr : ::fdopen(copy, "w"), copy};
}

// The lock of stderr, which plugins hold while they write a line: messages come before or after it. One that keeps the
// lock is waited for so long only.
class StderrLock {
 public:
  StderrLock() {
    constexpr int kTries = 200;
    for (int i = 0; i < kTries && !is_held_; ++i) {
      is_held_ = ::ftrylockfile(stderr) == 0;
      if (!is_held_) ::usleep(5'000);
    }
  }

  StderrLock(const StderrLock&) = delete;
  StderrLock& operator=(const StderrLock&) = delete;

  ~StderrLock() {
    if (is_held_) ::funlockfile(stderr);
  }

 private:
  bool is_held_ = false;
};

ssize_t write_message(void* /*cookie*/, const char* data, std::size_t size) {
  const StderrLock lock;
  std::size_t done = 0;
  while (done < size) {
    const ssize_t written = ::write(kept_messages.descriptor, data + done, size - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return static_cast<ssize_t>(done);
    done += static_cast<std::size_t>(written);
  }
  return static_cast<ssize_t>(done);
}

KeptStream keep_messages() {
  const int copy = copy_of(STDERR_FILENO);
  cookie_io_functions_t functions{};
  functions.write = write_message;
  return {copy < 0 ? nullptr : ::fopencookie(nullptr, "w", functions), copy};
}

}  // namespace

void keep_streams_apart() {
  std::fflush(stdout);
  kept_messages = keep_messages();
  if (kept_messages.stream != nullptr) std::setvbuf(kept_messages.stream, nullptr, _IONBF, 0);
  kept_answers = keep(STDOUT_FILENO);
  if (kept_answers.stream == nullptr || ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) return;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
}

std::FILE* answer_stream() { return kept_answers.stream == nullptr ? stdout : kept_answers.stream; }

std::FILE* message_stream() { return kept_messages.stream == nullptr ? stderr : kept_messages.stream; }

int answer_descriptor() { return kept_answers.stream == nullptr ? STDOUT_FILENO : kept_answers.descriptor; }

int message_descriptor() { return kept_messages.stream == nullptr ? STDERR_FILENO : kept_messages.descriptor; }

}  // namespace floe::cli
