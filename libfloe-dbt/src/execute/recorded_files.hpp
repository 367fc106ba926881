// A file system that remembers what was opened: what a parsed project depends on, told by who read it. It can be
// confined to a folder, for a project whose writer is not trusted.
#pragma once

#include "base/io/check_confined.hpp"
#include "base/io/file_system.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace floe::dbt {

// Thread-safe. Between begin() and end() it notes files that were read or looked for in vain, and folders that were
// listed; these with a `/` at their end.
class RecordedFiles final : public io::FileSystem {
 public:
  explicit RecordedFiles(std::unique_ptr<io::FileSystem> base) : base_(std::move(base)) {}

  void begin() {
    const std::lock_guard lock(mutex_);
    is_recording_ = true;
    paths_.clear();
  }

  // From here on what lies outside of `root`, also behind a link, is kPermission to read and to list.
  // nullopt: nothing is.
  void confine(std::optional<std::string> root) {
    const std::lock_guard lock(mutex_);
    root_ = std::move(root);
  }

  std::set<std::string> end() {
    const std::lock_guard lock(mutex_);
    is_recording_ = false;
    return std::exchange(paths_, {});
  }

  Result<io::FileInfo> stat(const std::string& path) override {
    auto info = base_->stat(path);
    if (!info || info->kind == io::FileKind::kMissing) note(path);
    return info;
  }

  Result<std::string> read(const std::string& path) override {
    note(path);
    FLOE_TRY(may_read(path));
    return base_->read(path);
  }

  Result<std::string> read_range(const std::string& path, std::uint64_t offset, std::uint64_t length) override {
    note(path);
    FLOE_TRY(may_read(path));
    return base_->read_range(path, offset, length);
  }

  Result<std::vector<io::DirectoryEntry>> list(const std::string& directory) override {
    note(directory + "/");
    FLOE_TRY(may_read(directory));
    return base_->list(directory);
  }

  Result<std::string> canonical(const std::string& path) override {
    auto found = base_->canonical(path);
    if (!found) note(path + "/");
    return found;
  }

  Status write_atomic(const std::string& path, std::string_view content, io::Durability durability) override {
    return base_->write_atomic(path, content, durability);
  }

  Status write_new(const std::string& path, std::string_view content, io::Durability durability) override {
    return base_->write_new(path, content, durability);
  }

  Status append(const std::string& path, std::string_view content) override { return base_->append(path, content); }

  Status sync(const std::vector<std::string>& paths) override { return base_->sync(paths); }

  Status create_directories(const std::string& directory) override { return base_->create_directories(directory); }

  Status rename(const std::string& from, const std::string& to) override { return base_->rename(from, to); }

  Status remove(const std::string& path) override { return base_->remove(path); }

  Status remove_all(const std::string& path) override { return base_->remove_all(path); }

 private:
  // What is not there has no place; reading it fails by itself.
  Status may_read(const std::string& path) {
    std::optional<std::string> root;
    {
      const std::lock_guard lock(mutex_);
      root = root_;
    }
    return root ? io::check_confined(*base_, *root, path) : ok();
  }

  void note(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (is_recording_) paths_.insert(path);
  }

  std::unique_ptr<io::FileSystem> base_;
  std::mutex mutex_;
  bool is_recording_ = false;
  std::optional<std::string> root_;
  std::set<std::string> paths_;
};

}  // namespace floe::dbt
