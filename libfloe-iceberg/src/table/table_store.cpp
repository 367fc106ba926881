#include "table/table_store.hpp"

#include "manifest/manifest_list.hpp"
#include "manifest/manifest_reader.hpp"
#include "metadata/metadata_file.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"
#include "base/io/content_name.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <thread>

namespace floe::iceberg {

namespace {

// In snapshots: what a table weighs grows with them.
constexpr std::size_t kMetadataCacheWeight = 200'000;
constexpr std::size_t kManifestListCacheWeight = 200'000;  // in manifests
constexpr std::size_t kManifestCacheBytes = std::size_t{64} << 20U;
constexpr std::int64_t kCheckedPart = std::int64_t{8} << 20U;
constexpr std::size_t kShapeCacheWeight = 2'000'000;  // in columns

std::size_t weight_of(const TableMetadata& metadata) {
  return 16 + metadata.snapshots.size() + metadata.snapshot_log.size() + metadata.metadata_log.size() +
         metadata.schemas.size() * 8;
}

}  // namespace

Result<StoreOptions> parse_store_options(std::string_view json_text) {
  StoreOptions options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (json_text.empty()) return options;
  const auto root = FLOE_TRY(parse_json_object(json_text).with_context("reading the options of table format"));
  const auto durability = get_string_or(root, "durability", "full");
  if (durability != "full" && durability != "fast") {
    return failf(ErrorCode::kInvalidArgument, "`durability` is `full` or `fast`, not `{}`", durability);
  }
  options.is_durable = durability == "full";
  options.engine_name = get_string_or(root, "engine_name", "floe");
  options.engine_version = get_string_or(root, "engine_version", "");
  if (const auto threads = get_int(root, "threads"); threads.has_value() && *threads > 0) {
    options.threads = static_cast<std::size_t>(*threads);
  }
  options.warehouse = get_string_or(root, "warehouse", "");
  while (options.warehouse.ends_with('/'))
    options.warehouse.pop_back();
  if (const auto* retry = get_object(root, "retry")) {
    options.retries = get_int(*retry, "num_retries");
    options.min_wait_ms = get_int(*retry, "min_wait_ms");
    options.max_wait_ms = get_int(*retry, "max_wait_ms");
  }
  return options;
}

TableStore::TableStore(CatalogClient catalog, StorageClient storage, StoreOptions options)
    : catalog_(catalog),
      storage_(storage),
      options_(std::move(options)),
      metadata_(kMetadataCacheWeight),
      manifest_lists_(kManifestListCacheWeight),
      manifests_(kManifestCacheBytes),
      shapes_(kShapeCacheWeight) {}

Result<LoadedTable> TableStore::load(const Session& session, const Identifier& identifier) {
  auto pointer = FLOE_TRY(catalog_.load_table(session, identifier));
  LoadedTable table{identifier, std::move(pointer.metadata_location), nullptr};
  table.metadata = metadata_.find(table.metadata_location);
  if (table.metadata != nullptr) return table;
  if (!pointer.metadata.empty()) {
    table.metadata = FLOE_TRY(parse_table_metadata(pointer.metadata));
  } else {
    auto read = read_metadata_file(session, storage_, table.metadata_location);
    if (!read.has_value()) return unread_metadata(session, table, std::move(read).error());
    table.metadata = *std::move(read);
  }
  remember(table.metadata_location, table.metadata);
  return table;
}

Result<LoadedTable> TableStore::unread_metadata(const Session& session, const LoadedTable& table, Error error) {
  if (error.code == ErrorCode::kNotFound) {
    // Dropped, or written and cleaned up, since the catalog was asked.
    const auto now = FLOE_TRY(catalog_.load_table(session, table.identifier));
    if (now.metadata_location != table.metadata_location) return load(session, table.identifier);
  }
  return damaged_file_error(file_kind::kMetadata, table.metadata_location, std::move(error))
      .with_context(fmt::format("loading table `{}`", table.identifier.to_string()));
}

Result<std::optional<LoadedTable>> TableStore::load_if_exists(const Session& session, const Identifier& identifier) {
  auto table = load(session, identifier);
  if (table.has_value()) return std::optional<LoadedTable>(*std::move(table));
  // A missing metadata file is a damaged table, not a missing one.
  if (table.error().code == ErrorCode::kNotFound) return std::optional<LoadedTable>();
  return std::move(table).error();
}

void TableStore::remember(const std::string& location, TableMetadataPtr metadata) {
  const auto weight = weight_of(*metadata);
  metadata_.put(location, std::move(metadata), weight);
}

Result<std::shared_ptr<const ManifestList>> TableStore::manifests_of(const Session& session, const Snapshot& snapshot) {
  if (snapshot.manifest_list.empty()) {
    return std::make_shared<const ManifestList>(FLOE_TRY(manifests_of_old_snapshot(session, snapshot)));
  }
  if (auto cached = manifest_lists_.find(snapshot.manifest_list)) return cached;
  auto read = read_list(session, snapshot.manifest_list);
  if (!read) return damaged_file_error(file_kind::kManifestList, snapshot.manifest_list, std::move(read).error());
  auto list = std::make_shared<const ManifestList>(*std::move(read));
  remember_manifests(snapshot.manifest_list, list);
  return list;
}

Result<ManifestList> TableStore::read_list(const Session& session, const std::string& location) const {
  const auto content = FLOE_TRY(storage_.read(session, location));
  FLOE_TRY(check_content(location, content.view()));
  return read_manifest_list(content.view()).with_context(fmt::format("reading `{}`", location));
}

Result<ManifestList> TableStore::manifests_of_old_snapshot(const Session& session, const Snapshot& snapshot) {
  ManifestList list;
  for (const auto& path : snapshot.manifests) {
    ManifestFile file;
    file.manifest_path = path;
    file.added_snapshot_id = snapshot.snapshot_id;
    const auto bytes = FLOE_TRY(manifest_bytes(session, file));
    file.manifest_length = static_cast<std::int64_t>(bytes->view().size());
    auto reader = ManifestReader::open(bytes->view()).with_context(fmt::format("reading `{}`", path));
    if (!reader.has_value()) return damaged_file_error(file_kind::kManifest, path, std::move(reader).error());
    file.partition_spec_id = reader->header().partition_spec_id.value_or(0);
    list.push_back(std::move(file));
  }
  return list;
}

void TableStore::remember_manifests(const std::string& list_location, std::shared_ptr<const ManifestList> manifests) {
  const auto weight = manifests->size() + 1;
  manifest_lists_.put(list_location, std::move(manifests), weight);
}

Result<std::shared_ptr<const HostSink>> TableStore::manifest_bytes(const Session& session,
                                                                   const ManifestFile& manifest) {
  if (auto cached = manifests_.find(manifest.manifest_path)) return cached;
  auto content = storage_.read(session, manifest.manifest_path);
  const auto checked = content ? check_content(manifest.manifest_path, content->view()) : Status(content.error());
  if (!checked) return damaged_file_error(file_kind::kManifest, manifest.manifest_path, checked.error());
  auto shared = std::make_shared<const HostSink>(*std::move(content));
  manifests_.put(manifest.manifest_path, shared, shared->view().size());
  return shared;
}

void TableStore::remember_manifest(const Session& session, const std::string& location, std::string_view bytes) {
  HostSink copy(session.host);
  if (session.host->write(copy.get(), bytes.data(), bytes.size()) != FLOE_OK) return;
  manifests_.put(location, std::make_shared<const HostSink>(std::move(copy)), bytes.size());
}

Result<parquet::FileMetadata> TableStore::read_footer(const Session& session, const std::string& uri,
                                                      std::int64_t size) const {
  const auto read_range = [&](std::uint64_t offset, std::uint64_t length) -> Result<std::string> {
    const ByteRange range{static_cast<std::int64_t>(offset), static_cast<std::int64_t>(length)};
    const auto content = FLOE_TRY(storage_.read_ranges(session, uri, {&range, 1}));
    return std::string(content.view());
  };
  return parquet::read_footer(read_range, static_cast<std::uint64_t>(size))
      .with_context(fmt::format("reading the footer of `{}`", uri));
}

Result<std::shared_ptr<const parquet::FileShape>> TableStore::file_shape(const Session& session, const std::string& uri,
                                                                         std::int64_t size) {
  const auto object = FLOE_TRY(storage_.stat(session, uri));
  if (object.size != size) {
    return failf(ErrorCode::kData, "it has {} bytes, its manifest says {}", object.size, size);
  }
  const auto key = fmt::format("{}\n{}\n{}", uri, size, object.modified_ns);
  if (auto cached = shapes_.find(key)) return cached;
  const auto footer = FLOE_TRY(read_footer(session, uri, size));
  auto shape = std::make_shared<const parquet::FileShape>(parquet::file_shape(footer));
  shapes_.put(key, shape, footer.schema.size() + 1);
  return shape;
}

Result<std::int64_t> TableStore::check_data_file(const Session& session, const std::string& uri, bool once) {
  const auto object = FLOE_TRY(storage_.stat(session, uri));
  const auto key = fmt::format("{}\n{}\n{}", uri, object.size, object.modified_ns);
  if (once) {
    const std::lock_guard lock(checked_mutex_);
    if (checked_.contains(key)) return object.size;
  }
  const auto uuid = io::find_content_uuid(uri);
  if (!uuid) return object.size;
  io::ContentNamer content(*uuid);
  for (ByteRange part{0, 0}; part.offset < object.size; part.offset += part.length) {
    part.length = std::min(kCheckedPart, object.size - part.offset);
    const auto bytes = FLOE_TRY(storage_.read_ranges(session, uri, {&part, 1}));
    content.add(bytes.view());
  }
  if (content.uuid() != *uuid) return fail(ErrorCode::kData, "its content does not match the digest in its name");
  const std::lock_guard lock(checked_mutex_);
  checked_.insert(key);
  return object.size;
}

std::shared_ptr<std::mutex> TableStore::commit_lock(const Identifier& identifier) {
  const std::lock_guard lock(locks_mutex_);
  auto& found = locks_[identifier.to_json()];
  if (found == nullptr) found = std::make_shared<std::mutex>();
  return found;
}

}  // namespace floe::iceberg
