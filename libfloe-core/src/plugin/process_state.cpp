#include "plugin/process_state.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

extern char** environ;  // NOLINT: POSIX declares no header for it

namespace floe {
namespace {

std::string working_directory() {
  std::string path(4096, '\0');
  return ::getcwd(path.data(), path.size()) == nullptr ? std::string() : std::string(path.c_str());
}

// The system's own view: asking by umask() would set it for a moment, for all threads.
mode_t current_umask() {
  constexpr std::string_view kKey = "Umask:";
  std::array<char, 256> text{};  // it is the second line
  const int file = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const ssize_t length = file < 0 ? 0 : ::read(file, text.data(), text.size() - 1);
  if (file >= 0) ::close(file);
  const std::string_view status(text.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
  const std::size_t at = status.find(kKey);
  if (at != std::string_view::npos)
    return static_cast<mode_t>(std::strtoul(text.data() + at + kKey.size(), nullptr, 8));
  const mode_t mask = ::umask(077);
  ::umask(mask);
  return mask;
}

std::string environment_text() {
  std::string out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    out.append(*entry).push_back('\0');
  return out;
}

std::map<std::string_view, std::string_view> variables(std::string_view environment) {
  std::map<std::string_view, std::string_view> out;
  for (const std::string_view entry : text::split(environment, '\0')) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) out.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return out;
}

bool is_same(const struct sigaction& left, const struct sigaction& right) {
  constexpr int kFlags = SA_NOCLDSTOP | SA_NOCLDWAIT | SA_NODEFER | SA_ONSTACK | SA_RESETHAND | SA_RESTART | SA_SIGINFO;
  return left.sa_handler == right.sa_handler && (left.sa_flags & kFlags) == (right.sa_flags & kFlags);
}

std::string signal_name(int number) {
  const char* name = ::sigabbrev_np(number);
  return name == nullptr ? fmt::format("signal {}", number) : fmt::format("SIG{}", name);
}

constexpr std::array<const char*, 16> kLimits{"CPU",      "FSIZE",  "DATA",    "STACK", "CORE",  "RSS",
                                              "NPROC",    "NOFILE", "MEMLOCK", "AS",    "LOCKS", "SIGPENDING",
                                              "MSGQUEUE", "NICE",   "RTPRIO",  "RTTIME"};

std::string limit_name(std::size_t number) {
  return number < kLimits.size() ? fmt::format("the limit RLIMIT_{}", kLimits[number])
                                 : fmt::format("the limit {}", number);
}

void note(ProcessChanges& changes, std::string what, bool is_back) {
  (is_back ? changes.put_back : changes.lasting).push_back(std::move(what));
}

}  // namespace

ProcessState ProcessState::take() {
  ProcessState state;
  state.directory_ = working_directory();
  state.umask_ = current_umask();
  state.locale_ = std::setlocale(LC_ALL, nullptr);
  state.environment_ = environment_text();
  for (int number = 1; number < kSignals; ++number)
    ::sigaction(number, nullptr, &state.actions_[static_cast<std::size_t>(number)]);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &state.mask_);
  for (std::size_t number = 0; number < state.limits_.size(); ++number)
    ::getrlimit(static_cast<__rlimit_resource>(number), &state.limits_[number]);
  state.descriptors_ = StandardDescriptors::take();
  return state;
}

void ProcessState::put_back_environment(const ProcessState& now, ProcessChanges& changes) const {
  if (environment_ == now.environment_) return;
  const auto before = variables(environment_);
  const auto after = variables(now.environment_);
  for (const auto& [name, value] : after) {
    if (before.contains(name)) continue;
    note(changes, fmt::format("the environment variable `{}`", name), ::unsetenv(std::string(name).c_str()) == 0);
  }
  for (const auto& [name, value] : before) {
    const auto found = after.find(name);
    if (found != after.end() && found->second == value) continue;
    note(changes, fmt::format("the environment variable `{}`", name),
         ::setenv(std::string(name).c_str(), std::string(value).c_str(), 1) == 0);
  }
}

void ProcessState::put_back_signals(const ProcessState& now, ProcessChanges& changes) const {
  for (int number = 1; number < kSignals; ++number) {
    const auto index = static_cast<std::size_t>(number);
    if (is_same(actions_[index], now.actions_[index])) continue;
    note(changes, fmt::format("what {} does", signal_name(number)),
         ::sigaction(number, &actions_[index], nullptr) == 0);
  }
  for (int number = 1; number < NSIG; ++number) {
    if (::sigismember(&mask_, number) == ::sigismember(&now.mask_, number)) continue;
    return note(changes, "the signal mask of its thread", ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr) == 0);
  }
}

void ProcessState::put_back_limits(const ProcessState& now, ProcessChanges& changes) const {
  for (std::size_t number = 0; number < limits_.size(); ++number) {
    const rlimit& before = limits_[number];
    const rlimit& after = now.limits_[number];
    if (before.rlim_cur == after.rlim_cur && before.rlim_max == after.rlim_max) continue;
    note(changes, limit_name(number), ::setrlimit(static_cast<__rlimit_resource>(number), &before) == 0);
  }
}

void ProcessState::put_back_descriptors(ProcessChanges& changes) const {
  for (int number = 0; const std::string_view name : StandardDescriptors::kNames) {
    const auto outcome = descriptors_.put_back(number++);
    if (outcome == StandardDescriptors::Outcome::kSame) continue;
    note(changes, std::string(name), outcome == StandardDescriptors::Outcome::kPutBack);
  }
}

ProcessChanges ProcessState::put_back(const ProcessState& now) const {
  ProcessChanges changes;
  if (directory_ != now.directory_) note(changes, "the working directory", ::chdir(directory_.c_str()) == 0);
  if (umask_ != now.umask_) {
    ::umask(umask_);
    note(changes, "the umask", true);
  }
  if (locale_ != now.locale_) {
    note(changes, "the locale", std::setlocale(LC_ALL, locale_.c_str()) != nullptr);
  }
  put_back_environment(now, changes);
  put_back_signals(now, changes);
  put_back_limits(now, changes);
  put_back_descriptors(changes);
  return changes;
}

}  // namespace floe
