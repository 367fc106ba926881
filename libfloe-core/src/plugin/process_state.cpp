#include "plugin/process_state.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

extern char** environ;  // NOLINT: POSIX declares no header for it

namespace floe {
namespace {

std::string working_directory() {
  std::array<char, 4096> path;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by getcwd
  return ::getcwd(path.data(), path.size()) == nullptr ? std::string() : std::string(path.data());
}

bool is_environment(std::string_view text) {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::size_t size = std::strlen(*entry) + 1;
    if (size > text.size() || std::memcmp(*entry, text.data(), size) != 0) return false;
    text.remove_prefix(size);
  }
  return text.empty();
}

std::string environment_text() {
  std::string out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    out.append(*entry).push_back('\0');
  return out;
}

std::map<std::string, std::string> variables(std::string_view environment) {
  std::map<std::string, std::string> out;
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

// Which library a handler belongs to says who set it.
std::string action_text(const struct sigaction& action) {
  if (action.sa_handler == SIG_DFL) return "the default";
  if (action.sa_handler == SIG_IGN) return "to ignore it";
  auto* handler = reinterpret_cast<void*>(action.sa_handler);
  Dl_info info{};
  if (::dladdr(handler, &info) == 0 || info.dli_fname == nullptr) return fmt::format("a handler at {}", handler);
  return fmt::format("a handler of `{}`", io::file_name(info.dli_fname));
}

bool is_same_mask(const sigset_t& left, const sigset_t& right) {
  for (int number = 1; number < NSIG; ++number) {
    if (::sigismember(&left, number) != ::sigismember(&right, number)) return false;
  }
  return true;
}

std::string mask_text(const sigset_t& mask) {
  std::vector<std::string> blocked;
  for (int number = 1; number < NSIG; ++number) {
    if (::sigismember(&mask, number) == 1) blocked.push_back(signal_name(number));
  }
  return blocked.empty() ? "empty" : text::join(blocked, ", ");
}

constexpr std::array<const char*, 16> kLimits{"CPU",      "FSIZE",  "DATA",    "STACK", "CORE",  "RSS",
                                              "NPROC",    "NOFILE", "MEMLOCK", "AS",    "LOCKS", "SIGPENDING",
                                              "MSGQUEUE", "NICE",   "RTPRIO",  "RTTIME"};

std::string limit_name(std::size_t number) {
  return number < kLimits.size() ? fmt::format("the limit RLIMIT_{}", kLimits[number])
                                 : fmt::format("the limit {}", number);
}

std::string bound_text(rlim_t bound) { return bound == RLIM_INFINITY ? "unlimited" : std::to_string(bound); }

std::string limit_text(const rlimit& limit) {
  return limit.rlim_cur == limit.rlim_max
             ? bound_text(limit.rlim_cur)
             : fmt::format("{} of {}", bound_text(limit.rlim_cur), bound_text(limit.rlim_max));
}

std::string umask_text(mode_t mask) { return fmt::format("{:03o}", mask); }

std::string now_and_before(std::string_view now, std::string_view before) {
  return fmt::format("is {} now, and was {}", now, before);
}

// The value behind `key` in the text of /proc/self/status; nullptr when it is not there.
const char* value_of(std::string_view status, std::string_view key) {
  const std::size_t at = status.find(key);
  return at == std::string_view::npos ? nullptr : status.data() + at + key.size();
}

}  // namespace

// The system's own view: umask() would set the umask for a moment, for all threads.
ProcessState::Status ProcessState::read_status() {
  std::array<char, 4096> text;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  const io::FileDescriptor file(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  const ssize_t length = file.is_open() ? ::read(file.get(), text.data(), text.size() - 1) : 0;
  if (length <= 0) return {};
  text[static_cast<std::size_t>(length)] = '\0';
  const std::string_view status(text.data(), static_cast<std::size_t>(length));
  const char* umask = value_of(status, "\nUmask:");
  const char* ignored = value_of(status, "\nSigIgn:");
  const char* caught = value_of(status, "\nSigCgt:");
  Status out;
  if (umask != nullptr) out.umask = static_cast<mode_t>(std::strtoul(umask, nullptr, 8));
  if (ignored != nullptr && caught != nullptr) {
    out.handled = std::strtoull(ignored, nullptr, 16) | std::strtoull(caught, nullptr, 16);
  }
  return out;
}

ProcessState ProcessState::take() {
  ProcessState state;
  state.directory_ = working_directory();
  state.status_ = read_status();
  state.locale_ = std::setlocale(LC_ALL, nullptr);
  state.environment_ = environment_text();
  for (int number = 1; number < kSignals; ++number) {
    if ((state.status_.handled >> (number - 1) & 1) != 0)
      ::sigaction(number, nullptr, &state.actions_[static_cast<std::size_t>(number)]);
  }
  ::pthread_sigmask(SIG_SETMASK, nullptr, &state.mask_);
  for (std::size_t number = 0; number < state.limits_.size(); ++number)
    ::getrlimit(static_cast<__rlimit_resource>(number), &state.limits_[number]);
  state.descriptors_ = StandardDescriptors::take();
  return state;
}

void ProcessState::put_back_directory(Changes& changes) const {
  const std::string now = working_directory();
  if (now == directory_) return;
  changes.push_back({"the working directory", now_and_before(now, directory_), ::chdir(directory_.c_str()) == 0});
}

void ProcessState::put_back_umask(const Status& now, Changes& changes) const {
  if (!now.umask || !status_.umask || now.umask == status_.umask) return;
  ::umask(*status_.umask);
  changes.push_back({"the umask", now_and_before(umask_text(*now.umask), umask_text(*status_.umask)), true});
}

void ProcessState::put_back_locale(Changes& changes) const {
  const std::string now = std::setlocale(LC_ALL, nullptr);
  if (now == locale_) return;
  changes.push_back({"the locale", now_and_before(now, locale_), std::setlocale(LC_ALL, locale_.c_str()) != nullptr});
}

void ProcessState::put_back_environment(Changes& changes) const {
  if (is_environment(environment_)) return;
  const auto before = variables(environment_);
  const auto after = variables(environment_text());
  const auto name_of = [](const std::string& name) { return fmt::format("the environment variable `{}`", name); };
  for (const auto& [name, value] : after) {
    if (!before.contains(name)) changes.push_back({name_of(name), "is new", ::unsetenv(name.c_str()) == 0});
  }
  for (const auto& [name, value] : before) {
    const auto found = after.find(name);
    if (found != after.end() && found->second == value) continue;
    const char* how = found == after.end() ? "is gone" : "has another value than before";
    changes.push_back({name_of(name), how, ::setenv(name.c_str(), value.c_str(), 1) == 0});
  }
}

void ProcessState::put_back_actions(const Status& now, Changes& changes) const {
  const std::uint64_t asked = now.handled | status_.handled;
  for (int number = 1; number < kSignals; ++number) {
    if ((asked >> (number - 1) & 1) == 0) continue;
    const struct sigaction& before = actions_[static_cast<std::size_t>(number)];
    struct sigaction after{};
    if (::sigaction(number, nullptr, &after) != 0 || is_same(before, after)) continue;
    changes.push_back({fmt::format("the action of {}", signal_name(number)),
                       now_and_before(action_text(after), action_text(before)),
                       ::sigaction(number, &before, nullptr) == 0});
  }
}

void ProcessState::put_back_mask(Changes& changes) const {
  sigset_t now;
  ::sigemptyset(&now);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  if (is_same_mask(now, mask_)) return;
  changes.push_back({"the signal mask", now_and_before(mask_text(now), mask_text(mask_)),
                     ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr) == 0});
}

void ProcessState::put_back_floating_point(Changes& changes) const {
  if (floating_point_ == FloatingPointMode()) return;
  floating_point_.put_back();
  changes.push_back({"the floating-point mode", "is another than before", true});
}

void ProcessState::put_back_limits(Changes& changes) const {
  for (std::size_t number = 0; number < limits_.size(); ++number) {
    const rlimit& before = limits_[number];
    rlimit after{};
    const auto which = static_cast<__rlimit_resource>(number);
    if (::getrlimit(which, &after) != 0) continue;
    if (before.rlim_cur == after.rlim_cur && before.rlim_max == after.rlim_max) continue;
    changes.push_back(
        {limit_name(number), now_and_before(limit_text(after), limit_text(before)), ::setrlimit(which, &before) == 0});
  }
}

void ProcessState::put_back_descriptors(Changes& changes) const {
  using Outcome = StandardDescriptors::Outcome;
  for (int number = 0; const std::string_view name : StandardDescriptors::kNames) {
    const Outcome outcome = descriptors_.put_back(number++);
    if (outcome == Outcome::kSame) continue;
    const bool is_back = outcome == Outcome::kPutBack;
    changes.push_back({std::string(name), is_back ? "was closed" : "is another file now", is_back});
  }
}

std::vector<ProcessChange> ProcessState::put_back() const {
  Changes changes;
  const Status now = read_status();
  put_back_directory(changes);
  put_back_umask(now, changes);
  put_back_locale(changes);
  put_back_environment(changes);
  put_back_actions(now, changes);
  put_back_mask(changes);
  put_back_floating_point(changes);
  put_back_limits(changes);
  put_back_descriptors(changes);
  return changes;
}

}  // namespace floe
