// What `open` makes: catalog, storage, options, and what was read before. Thread-safe.
#pragma once

#include "host/catalog_client.hpp"
#include "host/storage_client.hpp"
#include "manifest/data_file.hpp"
#include "metadata/table_metadata.hpp"
#include "parquet/footer.hpp"
#include "parquet/stored_field.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace floe::iceberg {

struct StoreOptions {
  bool is_durable = true;
  std::string engine_name = "floe";
  std::string engine_version;
  std::size_t threads = 1;
  std::string warehouse;  // root of default table locations, without a trailing slash
  // Override the table properties of the same meaning.
  std::optional<std::int64_t> retries;
  std::optional<std::int64_t> min_wait_ms;
  std::optional<std::int64_t> max_wait_ms;
};

Result<StoreOptions> parse_store_options(std::string_view json_text);

// Least recently used values by key, up to a total weight.
template <class Value>
class WeightedCache {
 public:
  explicit WeightedCache(std::size_t capacity) : capacity_(capacity) {}

  std::shared_ptr<const Value> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    items_.splice(items_.begin(), items_, found->second);
    return found->second->value;
  }

  void put(const std::string& key, std::shared_ptr<const Value> value, std::size_t weight) {
    const std::lock_guard lock(mutex_);
    if (weight > capacity_ || index_.contains(key)) return;
    items_.push_front({key, std::move(value), weight});
    index_.emplace(key, items_.begin());
    used_ += weight;
    while (used_ > capacity_) {
      used_ -= items_.back().weight;
      index_.erase(items_.back().key);
      items_.pop_back();
    }
  }

 private:
  struct Item {
    std::string key;
    std::shared_ptr<const Value> value;
    std::size_t weight;
  };

  std::mutex mutex_;
  std::size_t capacity_;
  std::size_t used_ = 0;
  std::list<Item> items_;
  std::unordered_map<std::string, typename std::list<Item>::iterator> index_;
};

// What a file of a table is, in errors and in the result of `verify`.
namespace file_kind {
inline constexpr std::string_view kData = "data";
inline constexpr std::string_view kDelete = "delete";
inline constexpr std::string_view kManifest = "manifest";
inline constexpr std::string_view kManifestList = "manifest-list";
inline constexpr std::string_view kMetadata = "metadata";
inline constexpr std::string_view kStatistics = "statistics";
}  // namespace file_kind

struct LoadedTable {
  Identifier identifier;
  std::string metadata_location;
  TableMetadataPtr metadata;
};

using ManifestList = std::vector<ManifestFile>;

class TableStore {
 public:
  TableStore(CatalogClient catalog, StorageClient storage, StoreOptions options);

  [[nodiscard]] const CatalogClient& catalog() const { return catalog_; }

  [[nodiscard]] const StorageClient& storage() const { return storage_; }

  [[nodiscard]] const StoreOptions& options() const { return options_; }

  // Always asks the catalog; the metadata file is read only when its location is new here. kNotFound when missing.
  Result<LoadedTable> load(const Session& session, const Identifier& identifier);
  Result<std::optional<LoadedTable>> load_if_exists(const Session& session, const Identifier& identifier);
  void remember(const std::string& location, TableMetadataPtr metadata);

  // The manifests of a snapshot, from its list (or the array of old v1 snapshots).
  Result<std::shared_ptr<const ManifestList>> manifests_of(const Session& session, const Snapshot& snapshot);
  void remember_manifests(const std::string& list_location, std::shared_ptr<const ManifestList> manifests);
  Result<std::shared_ptr<const HostSink>> manifest_bytes(const Session& session, const ManifestFile& manifest);
  void remember_manifest(const Session& session, const std::string& location, std::string_view bytes);

  [[nodiscard]] Result<parquet::FileMetadata> read_footer(const Session& session, const std::string& uri,
                                                          std::int64_t size) const;
  // Of a data file of `size` bytes, read once per path, size and time of change. kData when the file has another size.
  Result<std::shared_ptr<const parquet::FileShape>> file_shape(const Session& session, const std::string& uri,
                                                               std::int64_t size);

  // Reads a whole data file whose name tells its content; its size. kData when it holds something else. With `once` a
  // file that passed before, of the same size and time of change, is not read again.
  Result<std::int64_t> check_data_file(const Session& session, const std::string& uri, bool once = false);

  // Held over one commit attempt: threads of one process queue up here instead of racing for the pointer.
  std::shared_ptr<std::mutex> commit_lock(const Identifier& identifier);

 private:
  // Loads anew when the catalog names another file now.
  Result<LoadedTable> unread_metadata(const Session& session, const LoadedTable& table, Error error);
  [[nodiscard]] Result<ManifestList> read_list(const Session& session, const std::string& location) const;
  Result<ManifestList> manifests_of_old_snapshot(const Session& session, const Snapshot& snapshot);

  CatalogClient catalog_;
  StorageClient storage_;
  StoreOptions options_;
  WeightedCache<TableMetadata> metadata_;
  WeightedCache<ManifestList> manifest_lists_;
  WeightedCache<HostSink> manifests_;
  WeightedCache<parquet::FileShape> shapes_;
  std::mutex checked_mutex_;
  std::set<std::string> checked_;  // data files, with size and time of change
  std::mutex locks_mutex_;
  std::map<std::string, std::shared_ptr<std::mutex>> locks_;
};

}  // namespace floe::iceberg
