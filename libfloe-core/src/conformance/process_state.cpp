#include "conformance/process_state.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <array>
#include <cfenv>
#include <charconv>
#include <clocale>
#include <csignal>
#include <cstring>
#include <dlfcn.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

extern char** environ;  // NOLINT: POSIX declares no header for it

namespace floe::conformance {
namespace {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = std::min(text.find('='), text.size());
    found.emplace(text.substr(0, equals), text.substr(equals));
  }
  return found;
}

std::string directory_text() {
  std::string path(4096, '\0');
  return ::getcwd(path.data(), path.size()) == nullptr ? std::string("gone") : std::string(path.c_str());
}

std::string umask_text() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return fmt::format("{:03o}", mask);
}

std::string signal_text(int number) {
  const char* name = ::sigabbrev_np(number);
  return name == nullptr ? fmt::format("signal {}", number) : fmt::format("SIG{}", name);
}

// Which library a handler belongs to says who set it.
std::string handler_text(const struct sigaction& action) {
  if (action.sa_handler == SIG_DFL) return "the default action";
  if (action.sa_handler == SIG_IGN) return "ignored";
  auto* handler = reinterpret_cast<void*>(action.sa_handler);
  Dl_info info{};
  if (::dladdr(handler, &info) == 0 || info.dli_fname == nullptr) return fmt::format("a handler at {}", handler);
  return fmt::format("a handler of `{}`", io::file_name(info.dli_fname));
}

std::string mask_text() {
  sigset_t mask;
  sigemptyset(&mask);
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  std::vector<std::string> blocked;
  for (int number = 1; number < NSIG; ++number) {
    if (sigismember(&mask, number) == 1) blocked.push_back(signal_text(number));
  }
  return blocked.empty() ? "empty" : text::join(blocked, ", ");
}

std::string floating_point_text() {
  std::string text = fmt::format("rounding {}", std::fegetround());
#if defined(__x86_64__)
  constexpr unsigned kStickyFlags = 0x3F;
  text += fmt::format(" mxcsr {:x}", _mm_getcsr() & ~kStickyFlags);
#endif
  return text;
}

std::string descriptor_text(int number) {
  struct stat info{};
  return ::fstat(number, &info) == 0 ? fmt::format("file {}:{}", info.st_dev, info.st_ino) : "closed";
}

// Those that a program changes for what comes after it.
constexpr std::array<std::pair<__rlimit_resource, const char*>, 6> kLimits{{{RLIMIT_NOFILE, "RLIMIT_NOFILE"},
                                                                            {RLIMIT_AS, "RLIMIT_AS"},
                                                                            {RLIMIT_DATA, "RLIMIT_DATA"},
                                                                            {RLIMIT_STACK, "RLIMIT_STACK"},
                                                                            {RLIMIT_FSIZE, "RLIMIT_FSIZE"},
                                                                            {RLIMIT_CPU, "RLIMIT_CPU"}}};

std::string limit_text(__rlimit_resource which) {
  rlimit limit{};
  ::getrlimit(which, &limit);
  return limit.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(limit.rlim_cur);
}

std::size_t entries(const char* directory) {
  const auto listed = io::make_disk_file_system()->list(directory);
  return listed.has_value() ? listed->size() : 0;
}

}  // namespace

ProcessState ProcessState::take() {
  ProcessState state;
  state.environment_ = environment();
  state.states_ = {{"the working directory", directory_text()},
                   {"the locale", std::setlocale(LC_ALL, nullptr)},
                   {"the umask", umask_text()},
                   {"the signal mask", mask_text()},
                   {"the floating-point state", floating_point_text()}};
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    if (::sigaction(number, nullptr, &action) == 0) state.states_[signal_text(number)] = handler_text(action);
  }
  for (int number = 0; number <= 2; ++number)
    state.states_[fmt::format("standard descriptor {}", number)] = descriptor_text(number);
  for (const auto& [which, name] : kLimits)
    state.states_[name] = limit_text(which);
  return state;
}

std::vector<std::string> ProcessState::changes(const ProcessState& after) const {
  std::vector<std::string> found;
  for (const auto& [what, before] : states_) {
    const std::string& now = after.states_.at(what);
    if (now != before) found.push_back(fmt::format("{} is {} now, and was {}", what, now, before));
  }
  for (const auto& [name, value] : environment_) {
    const auto now = after.environment_.find(name);
    if (now == after.environment_.end()) {
      found.push_back(fmt::format("the environment variable `{}` is gone", name));
    } else if (now->second != value) {
      found.push_back(fmt::format("the environment variable `{}` has another value than before", name));
    }
  }
  for (const auto& [name, value] : after.environment_) {
    if (!environment_.contains(name)) found.push_back(fmt::format("the environment variable `{}` is new", name));
  }
  return found;
}

std::map<std::string, std::string> thread_names() {
  const auto files = io::make_disk_file_system();
  std::map<std::string, std::string> names;
  const auto listed = files->list("/proc/self/task");
  if (!listed.has_value()) return names;
  for (const io::DirectoryEntry& thread : *listed) {
    const auto name = files->read("/proc/self/task/" + thread.name + "/comm");
    if (name.has_value()) names.emplace(thread.name, text::trim(*name));
  }
  return names;
}

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
  use.threads = entries("/proc/self/task");
  return use;
}

}  // namespace floe::conformance
