#include "file_watch.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>

namespace floe::cli {
namespace {

// An editor writes a file in several steps; they are one change.
constexpr int kQuietMilliseconds = 50;
constexpr std::size_t kEventBytes = 16384;
constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_ONLYDIR;

io::FileDescriptor signal_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return io::FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC));
}

bool is_own_file(std::string_view name) { return name.starts_with('.') || name == "floe.lock"; }

bool is_own_folder(std::string_view name) {
  return is_own_file(name) || name == "target" || name == "logs" || name == "dbt_packages";
}

}  // namespace

FileWatch::FileWatch()
    : files_(io::make_disk_file_system()),
      events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      signals_(signal_descriptor()) {}

void FileWatch::add(const std::string& root, const std::vector<std::string>& files) {
  if (root_.empty()) {
    root_ = root;
    add_tree(root);
  }
  for (const std::string& file : files) {
    if (file.starts_with(root_ + "/") || !single_.insert(file).second) continue;
    add_directory(io::parent_path(file));
  }
}

void FileWatch::add_tree(const std::string& directory) {
  add_directory(directory);
  const auto entries = files_->list(directory);
  if (!entries) return;  // gone again
  for (const io::DirectoryEntry& entry : *entries) {
    if (entry.kind == io::FileKind::kDirectory && !is_own_folder(entry.name))
      add_tree(io::join_path(directory, entry.name));
  }
}

void FileWatch::add_directory(const std::string& directory) {
  const int watch = ::inotify_add_watch(events_.get(), directory.c_str(), kChanges);
  if (watch >= 0) {
    directories_[watch] = directory;
  } else if (errno != ENOENT && errno != ENOTDIR) {
    failed_ = failf(ErrorCode::kIo, "cannot watch `{}`: {}; /proc/sys/fs/inotify/max_user_watches is the limit",
                    directory, std::strerror(errno));
  }
}

void FileWatch::read_events(std::set<std::string>* changed) {
  alignas(inotify_event) std::array<char, kEventBytes> buffer{};
  while (true) {
    const ssize_t size = ::read(events_.get(), buffer.data(), buffer.size());
    if (size <= 0) return;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string name = event.len == 0 ? "" : buffer.data() + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      const auto found = directories_.find(event.wd);
      if (found == directories_.end() || name.empty()) continue;
      const bool is_folder = (event.mask & IN_ISDIR) != 0;
      const std::string path = io::join_path(found->second, name);
      const bool is_inside = (path + "/").starts_with(root_ + "/");
      if (is_inside ? (is_folder ? is_own_folder(name) : is_own_file(name)) : !single_.contains(path)) continue;
      if (is_inside && is_folder && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) add_tree(path);
      changed->insert(io::relative_path(path, root_));
    }
  }
}

Result<std::optional<std::string>> FileWatch::wait() {
  std::set<std::string> changed;
  while (true) {
    if (failed_) return *std::exchange(failed_, std::nullopt);
    std::array<pollfd, 2> ready{pollfd{events_.get(), POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
    const int count = ::poll(ready.data(), ready.size(), changed.empty() ? -1 : kQuietMilliseconds);
    if (count < 0 && errno != EINTR) return failf(ErrorCode::kIo, "cannot wait for changes: {}", std::strerror(errno));
    if ((ready[1].revents & POLLIN) != 0) return std::optional<std::string>();
    if (count == 0) break;
    read_events(&changed);
  }
  const std::string& first = *changed.begin();
  return std::optional(changed.size() == 1 ? first : fmt::format("{} and {} more", first, changed.size() - 1));
}

}  // namespace floe::cli
