#include "base/fail.hpp"
#include "base/io/errno_error.hpp"
#include "base/io/file_system.hpp"

#include <cerrno>
#include <map>
#include <mutex>

namespace floe::io {

namespace {

struct MemoryNode {
  bool directory = false;
  std::string content;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
};

class MemoryFileSystem final : public FileSystem {
 public:
  MemoryFileSystem() { put("/", true); }

  Result<FileInfo> stat(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    const MemoryNode* node = find(place(path));
    if (node == nullptr) return FileInfo{};
    return FileInfo{.kind = node->directory ? FileKind::kDirectory : FileKind::kRegular,
                    .size = node->content.size(),
                    .modified_ns = node->modified_ns,
                    .mode = node->directory ? 0755U : 0644U,
                    .owner = 0,
                    .inode = node->inode};
  }

  Result<std::string> read(const std::string& path) override { return read_range(path, 0, UINT64_MAX); }

  Result<std::string> read_range(const std::string& path, std::uint64_t offset, std::uint64_t length) override {
    const std::lock_guard lock(mutex_);
    const MemoryNode* node = find(place(path));
    if (node == nullptr) return errno_error(ENOENT, "read", path);
    if (node->directory) return errno_error(EISDIR, "read", path);
    if (offset >= node->content.size()) return std::string();
    return node->content.substr(offset, length);
  }

  Status write_atomic(const std::string& path, std::string_view content, Durability /*durability*/) override {
    const std::lock_guard lock(mutex_);
    MemoryNode* node = FLOE_TRY(writable(path, "write"));
    node->content = content;
    return ok();
  }

  Status write_new(const std::string& path, std::string_view content, Durability /*durability*/) override {
    const std::lock_guard lock(mutex_);
    if (find(place(path)) != nullptr) return errno_error(EEXIST, "create", path);
    MemoryNode* node = FLOE_TRY(writable(path, "create"));
    node->content = content;
    return ok();
  }

  Status append(const std::string& path, std::string_view content) override {
    const std::lock_guard lock(mutex_);
    MemoryNode* node = FLOE_TRY(writable(path, "append to"));
    node->content += content;
    return ok();
  }

  Status sync(const std::vector<std::string>& paths) override {
    const std::lock_guard lock(mutex_);
    for (const std::string& path : paths) {
      if (find(place(path)) == nullptr) return errno_error(ENOENT, "flush", path);
    }
    return ok();
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override {
    const std::lock_guard lock(mutex_);
    const std::string parent = place(directory);
    const MemoryNode* node = find(parent);
    if (node == nullptr) return errno_error(ENOENT, "list", directory);
    if (!node->directory) return errno_error(ENOTDIR, "list", directory);
    std::vector<DirectoryEntry> entries;
    const std::string prefix = inside(parent);
    for (auto it = nodes_.upper_bound(prefix); it != nodes_.end() && it->first.starts_with(prefix); ++it) {
      const std::string name = it->first.substr(prefix.size());
      if (name.find('/') != std::string::npos) continue;
      entries.push_back({name, it->second.directory ? FileKind::kDirectory : FileKind::kRegular});
    }
    return entries;
  }

  Status create_directories(const std::string& directory) override {
    const std::lock_guard lock(mutex_);
    const std::string target = place(directory);
    for (std::size_t slash = target.find('/', 1);; slash = target.find('/', slash + 1)) {
      const std::string prefix = target.substr(0, slash);
      const MemoryNode* node = find(prefix);
      if (node == nullptr) {
        put(prefix, true);
      } else if (!node->directory) {
        return errno_error(slash == std::string::npos ? EEXIST : ENOTDIR, "create directory", directory);
      }
      if (slash == std::string::npos) return ok();
    }
  }

  Status rename(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(mutex_);
    const std::string source = place(from);
    const std::string target = place(to);
    const MemoryNode* node = find(source);
    const auto refused = [&](int number) {
      return errno_error(number, "rename", from).with_context(fmt::format("renaming to `{}`", to));
    };
    if (node == nullptr) return refused(ENOENT);
    const MemoryNode* parent = find(parent_path(target));
    if (parent == nullptr) return refused(ENOENT);
    if (!parent->directory) return refused(ENOTDIR);
    if (source == target) return ok();
    if (target.starts_with(inside(source))) return refused(EINVAL);
    const MemoryNode* replaced = find(target);
    if (replaced != nullptr && replaced->directory != node->directory) {
      return refused(replaced->directory ? EISDIR : ENOTDIR);
    }
    if (replaced != nullptr && replaced->directory && !is_empty_directory(target)) return refused(ENOTEMPTY);
    move_tree(source, target);
    return ok();
  }

  Status remove(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    const MemoryNode* node = find(place(path));
    if (node == nullptr) return errno_error(ENOENT, "remove", path);
    if (node->directory) return errno_error(EISDIR, "remove", path);
    nodes_.erase(place(path));
    return ok();
  }

  Status remove_all(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    const std::string root = place(path);
    const std::string prefix = inside(root);
    auto it = nodes_.upper_bound(prefix);
    while (it != nodes_.end() && it->first.starts_with(prefix))
      it = nodes_.erase(it);
    if (root != "/") nodes_.erase(root);
    return ok();
  }

  Result<std::string> canonical(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    std::string target = place(path);
    if (find(target) == nullptr) return errno_error(ENOENT, "resolve", path);
    return target;
  }

 private:
  static std::string place(const std::string& path) { return normalize_path(join_path("/", path)); }

  static std::string inside(const std::string& directory) { return directory == "/" ? directory : directory + "/"; }

  const MemoryNode* find(const std::string& place) const {
    const auto found = nodes_.find(place);
    return found == nodes_.end() ? nullptr : &found->second;
  }

  MemoryNode& put(const std::string& place, bool directory) {
    MemoryNode& node = nodes_[place];
    if (node.inode == 0) node.inode = static_cast<std::uint64_t>(++tick_);
    node.directory = directory;
    node.modified_ns = ++tick_;
    return node;
  }

  // The node at `path`, made when missing; its directory must be there.
  Result<MemoryNode*> writable(const std::string& path, std::string_view action) {
    const std::string target = place(path);
    const MemoryNode* parent = find(parent_path(target));
    if (parent == nullptr) return errno_error(ENOENT, action, path);
    if (!parent->directory) return errno_error(ENOTDIR, action, path);
    const MemoryNode* node = find(target);
    if (node != nullptr && node->directory) return errno_error(EISDIR, action, path);
    return &put(target, false);
  }

  bool is_empty_directory(const std::string& place) const {
    const auto next = nodes_.upper_bound(inside(place));
    return next == nodes_.end() || !next->first.starts_with(inside(place));
  }

  void move_tree(const std::string& source, const std::string& target) {
    nodes_.erase(target);
    const std::string prefix = inside(source);
    auto it = nodes_.lower_bound(source);
    while (it != nodes_.end() && it->first.starts_with(source)) {
      if (it->first != source && !it->first.starts_with(prefix)) {
        ++it;
        continue;
      }
      auto moved = nodes_.extract(it++);
      moved.key() = target + moved.key().substr(source.size());
      nodes_.insert(std::move(moved));
    }
  }

  std::mutex mutex_;
  std::map<std::string, MemoryNode> nodes_;
  std::int64_t tick_ = 0;  // a clock of its own, so that tests see the same times
};

}  // namespace

std::unique_ptr<FileSystem> make_memory_file_system() { return std::make_unique<MemoryFileSystem>(); }

}  // namespace floe::io
