#include "maintenance/verify.hpp"

#include "manifest/manifest_list.hpp"
#include "manifest/manifest_reader.hpp"
#include "metadata/json_text.hpp"
#include "metadata/metadata_file.hpp"
#include "recover/later_commit.hpp"
#include "view/view_files.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"
#include "base/io/content_name.hpp"
#include "base/json/json.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace floe::iceberg {

namespace {

struct KindCount {
  std::int64_t files = 0;
  std::int64_t without_digest = 0;
};

struct FileOfKind {
  std::string uri;
  std::string kind;
};

// What a file that no manifest or metadata file opens is known by.
struct KnownFile {
  std::string kind;
  std::int64_t size = 0;
  FileFormat format = FileFormat::kParquet;
  bool is_current = true;
};

// Errors that tell of the file; others are of the storage.
bool is_damage(const Error& error) { return tells_of_file(error) || error.code == ErrorCode::kUnsupported; }

class Verifier {
 public:
  Verifier(TableStore& store, const Session& session, bool only_current)
      : store_(store), session_(session), only_current_(only_current) {}

  Status run(const Identifier& identifier) {
    auto table = store_.load(session_, identifier);
    if (table) {
      FLOE_TRY(look_for_later_commit(identifier, named_version(*table)));
      return look_at_table(*table);
    }
    if (table.error().code != ErrorCode::kNotFound) return table_damage(identifier, table.error());
    const auto view = store_.catalog().has_views() ? store_.catalog().load_view(session_, identifier)
                                                   : Result<std::string>(table.error());
    return view ? look_at_view(identifier, *view) : Status(table.error());
  }

  std::string json() {
    JsonText out;
    out.begin_object().key("kind").text(kind_).key("bytes").number(bytes_).key("kinds").begin_object();
    for (const auto& [kind, counted] : kinds_) {
      out.key(kind).begin_object().key("files").number(counted.files);
      out.key("without_digest").number(counted.without_digest).end_object();
    }
    out.end_object().key("damaged").begin_array();
    for (const auto& damage : damaged_) {
      out.begin_object().key("uri").text(damage.uri).key("kind").text(damage.kind);
      out.key("reason").text(damage.reason).key("is_current").boolean(damage.is_current).end_object();
    }
    out.end_array().key("files_without_digest").begin_array();
    for (const auto& file : without_digest_)
      out.begin_object().key("uri").text(file.uri).key("kind").text(file.kind).end_object();
    out.end_array().key("metadata_location").text(named_.metadata_location).key("later_metadata_location");
    later_.has_value() ? out.text(*later_) : out.null();
    return std::move(out.end_object()).take();
  }

 private:
  // A commit that came meanwhile is no fault: the files of the version before it are looked at all the same.
  Status look_for_later_commit(const Identifier& identifier, NamedVersion named) {
    named_ = std::move(named);
    later_ = FLOE_TRY(find_later_commit(store_, session_, named_));
    if (!later_.has_value()) return ok();
    const auto now = named_.kind == FoundKind::kView
                         ? FLOE_TRY(store_.catalog().load_view(session_, identifier))
                         : FLOE_TRY(store_.catalog().load_table(session_, identifier)).metadata_location;
    if (now != named_.metadata_location) later_.reset();
    return ok();
  }

  void count(std::string_view kind, const std::string& uri) {
    auto& counted = kinds_[std::string(kind)];
    ++counted.files;
    if (io::find_content_uuid(uri)) return;
    ++counted.without_digest;
    without_digest_.push_back({uri, std::string(kind)});
  }

  Status note(const std::string& uri, std::string_view kind, bool is_current, const Error& error) {
    if (!is_damage(error)) return error;
    const std::lock_guard lock(mutex_);
    damaged_.push_back({std::string(kind), uri, damage_reason(error), is_current});
    return ok();
  }

  // The catalog is asked again for the name of the file that could not be read.
  Status table_damage(const Identifier& identifier, const Error& error) {
    if (!is_damage(error)) return error;
    const auto pointer = FLOE_TRY(store_.catalog().load_table(session_, identifier));
    named_.metadata_location = pointer.metadata_location;
    count(file_kind::kMetadata, pointer.metadata_location);
    return note(pointer.metadata_location, file_kind::kMetadata, true, error);
  }

  Status look_at_view(const Identifier& identifier, const std::string& location) {
    kind_ = "view";
    named_.metadata_location = location;
    kinds_ = {{std::string(file_kind::kMetadata), {}}};
    count(file_kind::kMetadata, location);
    const auto read = read_view_metadata(session_, store_.storage(), location);
    if (!read) return note(location, file_kind::kMetadata, true, read.error());
    return look_for_later_commit(identifier, {FoundKind::kView, location, read->view_uuid});
  }

  // The current snapshot first: what it refers to counts as current wherever else it is named.
  Status look_at_table(const LoadedTable& table) {
    const auto& metadata = *table.metadata;
    count(file_kind::kMetadata, table.metadata_location);
    if (!only_current_) FLOE_TRY(look_at_old_metadata(metadata));
    const auto current = metadata.current_snapshot();
    if (current != nullptr) FLOE_TRY(look_at_snapshot(*current, true));
    for (const auto& snapshot : metadata.snapshots) {
      if (!only_current_ && snapshot != current) FLOE_TRY(look_at_snapshot(*snapshot, false));
    }
    FLOE_TRY(add_statistics(metadata.statistics, current));
    FLOE_TRY(add_statistics(metadata.partition_statistics, current));
    return look_at_files();
  }

  Status look_at_old_metadata(const TableMetadata& metadata) {
    for (const auto& entry : metadata.metadata_log) {
      count(file_kind::kMetadata, entry.metadata_file);
      const auto read = read_metadata_file(session_, store_.storage(), entry.metadata_file);
      if (!read) FLOE_TRY(note(entry.metadata_file, file_kind::kMetadata, false, read.error()));
    }
    return ok();
  }

  Status look_at_snapshot(const Snapshot& snapshot, bool is_current) {
    if (!snapshot.manifest_list.empty()) count(file_kind::kManifestList, snapshot.manifest_list);
    const auto manifests = store_.manifests_of(session_, snapshot);
    if (!manifests) return note(snapshot.manifest_list, file_kind::kManifestList, is_current, manifests.error());
    for (const auto& manifest : **manifests) {
      if (!manifests_.insert(manifest.manifest_path).second) continue;
      count(file_kind::kManifest, manifest.manifest_path);
      const auto looked = look_at_manifest(manifest, is_current);
      if (!looked) FLOE_TRY(note(manifest.manifest_path, file_kind::kManifest, is_current, looked.error()));
    }
    return ok();
  }

  Status look_at_manifest(const ManifestFile& manifest, bool is_current) {
    const auto bytes = FLOE_TRY(store_.manifest_bytes(session_, manifest));
    ManifestReadOptions options;
    options.manifest = &manifest;
    options.skip_statistics = true;
    auto reader = FLOE_TRY(ManifestReader::open(bytes->view(), options));
    ManifestEntry entry;
    while (FLOE_TRY(reader.next(&entry))) {
      if (!entry.is_live()) continue;
      const auto& file = entry.data_file;
      const auto kind = file.content == FileContent::kData ? file_kind::kData : file_kind::kDelete;
      files_.emplace(file.file_path,
                     KnownFile{std::string(kind), file.file_size_in_bytes, file.file_format, is_current});
    }
    return ok();
  }

  Status add_statistics(const std::vector<StatisticsFile>& files, const SnapshotPtr& current) {
    for (const auto& file : files) {
      const bool is_current = current != nullptr && file.snapshot_id == current->snapshot_id;
      if (only_current_ && !is_current) continue;
      const auto object = FLOE_TRY(parse_json_object(file.json));
      const auto uri = FLOE_TRY(require_string(object, "statistics-path"));
      const auto size = FLOE_TRY(require_int(object, "file-size-in-bytes"));
      // Puffin: nothing of it is opened.
      files_.emplace(uri, KnownFile{std::string(file_kind::kStatistics), size, FileFormat::kPuffin, is_current});
    }
    return ok();
  }

  Status look_at_files() {
    std::vector<const std::pair<const std::string, KnownFile>*> files;
    for (const auto& file : files_) {
      count(file.second.kind, file.first);
      files.push_back(&file);
    }
    std::atomic<std::size_t> done{0};
    return parallel_for(session_, files.size(), store_.options().threads,
                        [&](const Session& worker, std::size_t i) -> Status {
                          const auto& [uri, known] = *files[i];
                          const auto looked = look_at_file(worker, uri, known);
                          if (!looked) FLOE_TRY(note(uri, known.kind, known.is_current, looked.error()));
                          const auto count_done = static_cast<double>(++done);
                          worker.host->progress(worker.call, count_done, static_cast<double>(files.size()), "", 0);
                          return ok();
                        });
  }

  Status look_at_file(const Session& worker, const std::string& uri, const KnownFile& known) {
    if (io::find_content_uuid(uri)) {
      bytes_ += known.size;
      const auto size = FLOE_TRY(store_.check_data_file(worker, uri));
      if (size != known.size) return failf(ErrorCode::kData, "it has {} bytes, its manifest says {}", size, known.size);
      return ok();
    }
    if (known.format == FileFormat::kParquet) {
      FLOE_TRY(store_.file_shape(worker, uri, known.size));
      return ok();
    }
    const auto object = FLOE_TRY(store_.storage().stat(worker, uri));
    if (object.size == known.size) return ok();
    return failf(ErrorCode::kData, "it has {} bytes, its manifest says {}", object.size, known.size);
  }

  TableStore& store_;
  const Session& session_;
  bool only_current_;
  std::mutex mutex_;
  std::string kind_ = "table";
  NamedVersion named_;
  std::optional<std::string> later_;
  std::atomic<std::int64_t> bytes_{0};
  std::map<std::string, KindCount> kinds_{{"data", {}}, {"manifest", {}}, {"manifest-list", {}}, {"metadata", {}}};
  std::set<std::string> manifests_;
  std::map<std::string, KnownFile> files_;
  std::vector<DamagedFile> damaged_;
  std::vector<FileOfKind> without_digest_;
};

}  // namespace

Result<std::string> verify_table(TableStore& store, const Session& session, const Identifier& identifier,
                                 std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the verify request"));
  Verifier verifier(store, session, get_bool_or(request, "only_current", false));
  FLOE_TRY(verifier.run(identifier));
  return verifier.json();
}

}  // namespace floe::iceberg
