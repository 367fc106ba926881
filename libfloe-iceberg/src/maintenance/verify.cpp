#include "maintenance/verify.hpp"

#include "manifest/manifest_list.hpp"
#include "manifest/manifest_reader.hpp"
#include "metadata/json_text.hpp"
#include "metadata/metadata_file.hpp"

#include "base/fail.hpp"
#include "base/io/content_name.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <set>

namespace floe::iceberg {

namespace {

struct KindCount {
  std::int64_t files = 0;
  std::int64_t without_digest = 0;
};

struct Damage {
  std::string uri;
  std::string kind;
  std::string reason;
};

// What a data file is known by.
struct KnownFile {
  std::int64_t size = 0;
  FileFormat format = FileFormat::kParquet;
  friend bool operator==(const KnownFile&, const KnownFile&) = default;
};

// Errors that tell of the file; others are of the storage.
bool tells_of_file(const Error& error) {
  return error.code == ErrorCode::kData || error.code == ErrorCode::kNotFound || error.code == ErrorCode::kUnsupported;
}

class Verifier {
 public:
  Verifier(TableStore& store, const Session& session) : store_(store), session_(session) {}

  Status run(const Identifier& identifier) {
    auto table = store_.load(session_, identifier);
    if (!table) return table_damage(identifier, std::move(table).error());
    count("metadata", table->metadata_location);
    FLOE_TRY(old_metadata(*table));
    for (const auto& snapshot : table->metadata->snapshots)
      FLOE_TRY(look_at_snapshot(*snapshot));
    return look_at_data();
  }

  std::string json() {
    JsonText out;
    out.begin_object().key("bytes").number(bytes_).key("kinds").begin_object();
    for (const auto& [kind, counted] : kinds_) {
      out.key(kind).begin_object().key("files").number(counted.files);
      out.key("without_digest").number(counted.without_digest).end_object();
    }
    out.end_object().key("damaged").begin_array();
    for (const auto& damage : damaged_) {
      out.begin_object().key("uri").text(damage.uri).key("kind").text(damage.kind);
      out.key("reason").text(damage.reason).end_object();
    }
    return std::move(out.end_array().end_object()).take();
  }

 private:
  void count(const std::string& kind, const std::string& uri) {
    auto& counted = kinds_[kind];
    ++counted.files;
    if (!io::find_content_uuid(uri)) ++counted.without_digest;
  }

  Status note(const std::string& uri, const std::string& kind, const Error& error) {
    if (!tells_of_file(error)) return error;
    const std::lock_guard lock(mutex_);
    damaged_.push_back({uri, kind, error.message});
    return ok();
  }

  // The catalog is asked again for the name of the file that could not be read.
  Status table_damage(const Identifier& identifier, const Error& error) {
    if (!tells_of_file(error)) return error;
    const auto pointer = FLOE_TRY(store_.catalog().load_table(session_, identifier));
    count("metadata", pointer.metadata_location);
    return note(pointer.metadata_location, "metadata", error);
  }

  // Those of the log that are still there; others remove them.
  Status old_metadata(const LoadedTable& table) {
    for (const auto& entry : table.metadata->metadata_log) {
      const auto content = store_.storage().read(session_, entry.metadata_file);
      if (!content && content.error().code == ErrorCode::kNotFound) continue;
      count("metadata", entry.metadata_file);
      const auto checked = content ? check_content(entry.metadata_file, content->view()) : Status(content.error());
      if (!checked) FLOE_TRY(note(entry.metadata_file, "metadata", checked.error()));
    }
    return ok();
  }

  Status look_at_snapshot(const Snapshot& snapshot) {
    if (!snapshot.manifest_list.empty()) count("manifest-list", snapshot.manifest_list);
    const auto manifests = store_.manifests_of(session_, snapshot);
    if (!manifests) return note(snapshot.manifest_list, "manifest-list", manifests.error());
    for (const auto& manifest : **manifests) {
      if (!manifests_.insert(manifest.manifest_path).second) continue;
      count("manifest", manifest.manifest_path);
      const auto looked = look_at_manifest(manifest);
      if (!looked) FLOE_TRY(note(manifest.manifest_path, "manifest", looked.error()));
    }
    return ok();
  }

  Status look_at_manifest(const ManifestFile& manifest) {
    const auto bytes = FLOE_TRY(store_.manifest_bytes(session_, manifest));
    ManifestReadOptions options;
    options.manifest = &manifest;
    options.skip_statistics = true;
    auto reader = FLOE_TRY(ManifestReader::open(bytes->view(), options));
    ManifestEntry entry;
    while (FLOE_TRY(reader.next(&entry))) {
      if (!entry.is_live()) continue;
      const auto& file = entry.data_file;
      files_.emplace(file.file_path, KnownFile{file.file_size_in_bytes, file.file_format});
    }
    return ok();
  }

  Status look_at_data() {
    std::vector<const std::pair<const std::string, KnownFile>*> files;
    for (const auto& file : files_) {
      count("data", file.first);
      files.push_back(&file);
    }
    std::atomic<std::size_t> done{0};
    return parallel_for(session_, files.size(), store_.options().threads,
                        [&](const Session& worker, std::size_t i) -> Status {
                          const auto& [uri, known] = *files[i];
                          const auto looked = look_at_file(worker, uri, known);
                          if (!looked) FLOE_TRY(note(uri, "data", looked.error()));
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
  std::mutex mutex_;
  std::atomic<std::int64_t> bytes_{0};
  std::map<std::string, KindCount> kinds_{{"data", {}}, {"manifest", {}}, {"manifest-list", {}}, {"metadata", {}}};
  std::set<std::string> manifests_;
  std::map<std::string, KnownFile> files_;
  std::vector<Damage> damaged_;
};

}  // namespace

Result<std::string> verify_table(TableStore& store, const Session& session, const Identifier& identifier) {
  Verifier verifier(store, session);
  FLOE_TRY(verifier.run(identifier));
  return verifier.json();
}

}  // namespace floe::iceberg
