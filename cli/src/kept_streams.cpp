#include "kept_streams.hpp"

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

}  // namespace

void keep_streams_apart() {
  std::fflush(stdout);
  kept_messages = keep(STDERR_FILENO);
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
