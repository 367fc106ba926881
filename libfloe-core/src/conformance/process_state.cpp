#include "conformance/process_state.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <cfenv>
#include <charconv>
#include <clocale>
#include <csignal>
#include <cstring>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

extern char** environ;  // NOLINT: POSIX declares no header for it

namespace floe::conformance {
namespace {

std::string environment_text() {
  std::string text;
  for (char** entry = environ; *entry != nullptr; ++entry)
    text.append(*entry).push_back('\n');
  return text::sha256_hex(text);
}

std::string directory_text() {
  std::string path(4096, '\0');
  return ::getcwd(path.data(), path.size()) == nullptr ? std::string() : std::string(path.c_str());
}

std::string umask_text() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return fmt::format("{:o}", mask);
}

std::string actions_text() {
  std::string text;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    if (::sigaction(number, nullptr, &action) != 0) continue;
    const bool is_default = action.sa_handler == SIG_DFL;
    if (!is_default) text += fmt::format("{}:{} ", number, fmt::ptr(reinterpret_cast<void*>(action.sa_handler)));
  }
  return text;
}

std::string mask_text() {
  sigset_t mask;
  sigemptyset(&mask);
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  std::string text;
  for (int number = 1; number < NSIG; ++number) {
    if (sigismember(&mask, number) == 1) text += fmt::format("{} ", number);
  }
  return text;
}

std::string floating_point_text() {
  std::string text = fmt::format("rounding {}", std::fegetround());
#if defined(__x86_64__)
  constexpr unsigned kStickyFlags = 0x3F;
  text += fmt::format(" mxcsr {:x}", _mm_getcsr() & ~kStickyFlags);
#endif
  return text;
}

std::string descriptors_text() {
  std::string text;
  for (int number = 0; number <= 2; ++number) {
    struct stat info{};
    text += ::fstat(number, &info) == 0 ? fmt::format("{}:{} ", info.st_dev, info.st_ino) : std::string("closed ");
  }
  return text;
}

std::size_t entries(const char* directory) {
  const auto listed = io::make_disk_file_system()->list(directory);
  return listed.has_value() ? listed->size() : 0;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> environment_fingerprint() {
  return {{"the environment", environment_text()},
          {"the working directory", directory_text()},
          {"the locale", std::setlocale(LC_ALL, nullptr)},
          {"the umask", umask_text()},
          {"a signal action", actions_text()},
          {"the signal mask", mask_text()},
          {"the floating-point state", floating_point_text()},
          {"a standard descriptor", descriptors_text()}};
}

std::size_t thread_count() { return entries("/proc/self/task"); }

ResourceUse resource_use() {
  ResourceUse use;
  const std::string statm = io::make_disk_file_system()->read("/proc/self/statm").value_or("");
  const std::size_t space = statm.find(' ');
  std::size_t pages = 0;
  if (space != std::string::npos) {
    std::from_chars(statm.data() + space + 1, statm.data() + statm.size(), pages);
  }
  use.resident_bytes = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const struct mallinfo2 heap = ::mallinfo2();
  use.heap_bytes = heap.uordblks + heap.hblkhd;
  use.descriptors = entries("/proc/self/fd");
  use.threads = thread_count();
  return use;
}

}  // namespace floe::conformance
