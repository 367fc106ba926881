// LocalStorage: floe.storage/1 over files of this machine.
#pragma once

#include "object_files.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"
#include "floe/interfaces/storage.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace floe::storage {

class LocalStorage : public StoragePlugin<LocalStorage> {
 public:
  static constexpr std::uint32_t kThreads = FLOE_THREADS_CONCURRENT;

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<LocalStorage>> create(Call& call, std::string_view config);

  Result<std::string> health(Call& call);
  std::string describe(Call& call);

  Result<std::string> stat(Call& call, std::string_view uri);
  Status read(Call& call, std::string_view uri, std::string_view ranges, Sink& content);
  Result<std::uint64_t> open_read(Call& call, std::string_view uri);
  Result<std::string> read_next(Call& call, std::uint64_t reader, std::uint64_t max_bytes);
  Status close_read(Call& call, std::uint64_t reader);
  Result<std::uint64_t> open_write(Call& call, std::string_view uri, std::string_view options);
  Status write_next(Call& call, std::uint64_t writer, std::string_view content);
  Result<std::string> finish(Call& call, std::uint64_t writer);
  Status abort(Call& call, std::uint64_t writer);
  Result<std::string> put(Call& call, std::string_view uri, std::string_view content, std::string_view options);
  Result<ArrowStream> list(Call& call, std::string_view prefix);
  Result<std::string> remove(Call& call, std::string_view uris);
  Result<std::string> local_paths(Call& call, std::string_view request);
  Status sync(Call& call, std::string_view uris);
  std::string binding(Call& call);
  std::string client_properties(Call& call);

 private:
  template <class T>
  class HandleTable {
   public:
    std::uint64_t add(T object) {
      const std::lock_guard lock(mutex_);
      objects_.emplace(++last_, std::make_shared<T>(std::move(object)));
      return last_;
    }

    // nullptr when there is none.
    std::shared_ptr<T> find(std::uint64_t handle) {
      const std::lock_guard lock(mutex_);
      const auto found = objects_.find(handle);
      return found == objects_.end() ? nullptr : found->second;
    }

    std::shared_ptr<T> take(std::uint64_t handle) {
      const std::lock_guard lock(mutex_);
      const auto found = objects_.find(handle);
      if (found == objects_.end()) return nullptr;
      auto object = std::move(found->second);
      objects_.erase(found);
      return object;
    }

   private:
    std::mutex mutex_;
    std::map<std::uint64_t, std::shared_ptr<T>> objects_;
    std::uint64_t last_ = 0;
  };

  Result<std::string> object_result(const std::string& path);

  std::string root_;  // "" = not told
  std::unique_ptr<io::FileSystem> files_ = io::make_disk_file_system();
  HandleTable<ObjectReader> readers_;
  HandleTable<ObjectWriter> writers_;
};

}  // namespace floe::storage
