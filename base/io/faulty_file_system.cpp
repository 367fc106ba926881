#include "base/io/file_system.hpp"

#include <utility>

namespace floe::io {

namespace {

using Fault = std::function<std::optional<Error>(std::string_view operation, const std::string& path)>;

class FaultyFileSystem final : public FileSystem {
 public:
  FaultyFileSystem(FileSystem& base, Fault fault) : base_(base), fault_(std::move(fault)) {}

  Result<FileInfo> stat(const std::string& path) override {
    FLOE_TRY(check("stat", path));
    return base_.stat(path);
  }

  Result<std::string> read(const std::string& path) override {
    FLOE_TRY(check("read", path));
    return base_.read(path);
  }

  Result<std::string> read_range(const std::string& path, std::uint64_t offset, std::uint64_t length) override {
    FLOE_TRY(check("read_range", path));
    return base_.read_range(path, offset, length);
  }

  Status write_atomic(const std::string& path, std::string_view content, Durability durability) override {
    FLOE_TRY(check("write_atomic", path));
    return base_.write_atomic(path, content, durability);
  }

  Status write_new(const std::string& path, std::string_view content, Durability durability) override {
    FLOE_TRY(check("write_new", path));
    return base_.write_new(path, content, durability);
  }

  Status append(const std::string& path, std::string_view content) override {
    FLOE_TRY(check("append", path));
    return base_.append(path, content);
  }

  Status sync(const std::vector<std::string>& paths) override {
    for (const std::string& path : paths)
      FLOE_TRY(check("sync", path));
    return base_.sync(paths);
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override {
    FLOE_TRY(check("list", directory));
    return base_.list(directory);
  }

  Status create_directories(const std::string& directory) override {
    FLOE_TRY(check("create_directories", directory));
    return base_.create_directories(directory);
  }

  Status rename(const std::string& from, const std::string& to) override {
    FLOE_TRY(check("rename", from));
    return base_.rename(from, to);
  }

  Status remove(const std::string& path) override {
    FLOE_TRY(check("remove", path));
    return base_.remove(path);
  }

  Status remove_all(const std::string& path) override {
    FLOE_TRY(check("remove_all", path));
    return base_.remove_all(path);
  }

  Result<std::string> canonical(const std::string& path) override {
    FLOE_TRY(check("canonical", path));
    return base_.canonical(path);
  }

 private:
  Status check(std::string_view operation, const std::string& path) {
    if (std::optional<Error> error = fault_(operation, path)) return *std::move(error);
    return ok();
  }

  FileSystem& base_;
  Fault fault_;
};

}  // namespace

std::unique_ptr<FileSystem> make_faulty_file_system(FileSystem& base, Fault fault) {
  return std::make_unique<FaultyFileSystem>(base, std::move(fault));
}

}  // namespace floe::io
