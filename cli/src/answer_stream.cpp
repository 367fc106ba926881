#include "answer_stream.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace floe::cli {
namespace {

// Beyond the first ones: code that means to close "its" low descriptors does not close this one.
constexpr int kLowestDescriptor = 512;

std::FILE* kept_apart = nullptr;

int copy_of(int descriptor) {
  const int high = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kLowestDescriptor);
  return high >= 0 ? high : ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

}  // namespace

void keep_answers_apart() {
  std::fflush(stdout);
  const int copy = copy_of(STDOUT_FILENO);
  std::FILE* stream = copy < 0 ? nullptr : ::fdopen(copy, "w");
  // Without a standard output, or without a descriptor to spare, answers stay where they are.
  if (stream == nullptr) return;
  kept_apart = stream;
  if (::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) return;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
}

std::FILE* answer_stream() { return kept_apart == nullptr ? stdout : kept_apart; }

int answer_descriptor() { return ::fileno(answer_stream()); }

}  // namespace floe::cli
