#include "scan/file_scan.hpp"

#include "expression/may_match.hpp"
#include "manifest/manifest_reader.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"

#include <atomic>
#include <map>

namespace floe::iceberg {

namespace {

bool has_live_files(const ManifestFile& manifest) {
  return manifest.has_added_files() || manifest.has_existing_files();
}

// What a spec of the table makes of the filter; one per spec that occurs.
struct SpecView {
  Type type;
  Expression projected;
};

Result<std::map<std::int32_t, SpecView>> view_specs(const FileScan& scan, const ManifestList& manifests) {
  std::map<std::int32_t, SpecView> views;
  for (const auto& manifest : manifests) {
    if (views.contains(manifest.partition_spec_id)) continue;
    const auto* spec = scan.table->metadata->spec(manifest.partition_spec_id);
    if (spec == nullptr) {
      return failf(ErrorCode::kData, "manifest `{}` names partition spec {}, which the table does not have",
                   manifest.manifest_path, manifest.partition_spec_id);
    }
    SpecView view;
    view.type = FLOE_TRY(partition_type(*spec, schema_for_spec(*scan.table->metadata, *spec, scan.schema)));
    view.projected = project_inclusive(scan.filter, *spec);
    views.emplace(manifest.partition_spec_id, std::move(view));
  }
  return views;
}

class ManifestScan {
 public:
  ManifestScan(const FileScan& scan, const SpecView& view, const EntryVisitor& visit)
      : scan_(scan), view_(view), visit_(visit) {}

  Result<std::int64_t> run(TableStore& store, const Session& session, std::size_t index, const ManifestFile& manifest) {
    const bool skip_statistics = scan_.filter.is_true();
    FLOE_TRY(for_each_entry(store, session, manifest, view_.type, skip_statistics,
                            [&](const ManifestEntry& entry) { return look_at(index, entry); }));
    return skipped_;
  }

 private:
  Status look_at(std::size_t index, const ManifestEntry& entry) {
    if (!entry.is_live()) return ok();
    if (!partition_matches(entry.data_file.partition) || !file_may_match(scan_.filter, entry.data_file)) {
      ++skipped_;
      return ok();
    }
    return visit_(index, entry);
  }

  // Neighbours mostly share their partition.
  bool partition_matches(const PartitionTuple& tuple) {
    if (view_.projected.is_true()) return true;
    if (!has_last_ || tuple != last_tuple_) {
      last_tuple_ = tuple;
      last_matches_ = partition_may_match(view_.projected, tuple);
      has_last_ = true;
    }
    return last_matches_;
  }

  const FileScan& scan_;
  const SpecView& view_;
  const EntryVisitor& visit_;
  PartitionTuple last_tuple_;
  bool has_last_ = false;
  bool last_matches_ = true;
  std::int64_t skipped_ = 0;
};

}  // namespace

namespace {

Status walk(TableStore& store, const Session& session, const ManifestFile& manifest, const ManifestReadOptions& options,
            const std::function<Status(const ManifestEntry&)>& visit) {
  const auto bytes = FLOE_TRY(store.manifest_bytes(session, manifest));
  const auto damaged = [&](Error error) {
    return damaged_file_error(file_kind::kManifest, manifest.manifest_path, std::move(error))
        .with_context(fmt::format("reading `{}`", manifest.manifest_path));
  };
  auto reader = ManifestReader::open(bytes->view(), options);
  if (!reader.has_value()) return damaged(std::move(reader).error());
  ManifestEntry entry;
  while (true) {
    auto more = reader->next(&entry);
    if (!more.has_value()) return damaged(std::move(more).error());
    if (!*more) return ok();
    entry.data_file.spec_id = manifest.partition_spec_id;
    FLOE_TRY(visit(entry));
  }
}

}  // namespace

Status for_each_entry(TableStore& store, const Session& session, const ManifestFile& manifest,
                      const std::optional<Type>& partition_type, bool skip_statistics,
                      const std::function<Status(const ManifestEntry&)>& visit) {
  ManifestReadOptions options;
  options.manifest = &manifest;
  options.partition_type = partition_type;
  options.skip_statistics = skip_statistics;
  return walk(store, session, manifest, options, visit);
}

Status for_each_own_entry(TableStore& store, const Session& session, const ManifestFile& manifest,
                          const std::optional<Type>& partition_type,
                          const std::function<Status(const ManifestEntry&)>& visit) {
  ManifestReadOptions options;
  options.partition_type = partition_type;
  return walk(store, session, manifest, options, visit);
}

Status refuse_delete_files(TableStore& store, const Session& session, const LoadedTable& table,
                           const Snapshot& snapshot) {
  const auto manifests = FLOE_TRY(store.manifests_of(session, snapshot));
  for (const auto& manifest : *manifests) {
    if (manifest.content != ManifestContent::kDeletes || !has_live_files(manifest)) continue;
    bool is_live = manifest.added_files_count.has_value() && manifest.existing_files_count.has_value();
    if (!is_live) {
      FLOE_TRY(for_each_entry(store, session, manifest, std::nullopt, true, [&](const ManifestEntry& entry) {
        is_live = is_live || entry.is_live();
        return ok();
      }));
    }
    if (!is_live) continue;
    return failf(
        ErrorCode::kUnsupported,
        "table `{}` has delete files (merge-on-read), which are not supported yet; rewrite its data files with "
        "the engine that wrote them",
        table.identifier.to_string());
  }
  return ok();
}

Result<std::size_t> manifest_count(TableStore& store, const Session& session, const FileScan& scan) {
  if (scan.snapshot == nullptr) return std::size_t{0};
  const auto manifests = FLOE_TRY(store.manifests_of(session, *scan.snapshot));
  return manifests->size();
}

Result<ScanStats> scan_files(TableStore& store, const Session& session, const FileScan& scan,
                             const EntryVisitor& visit) {
  ScanStats stats;
  if (scan.snapshot == nullptr) return stats;
  FLOE_TRY(refuse_delete_files(store, session, *scan.table, *scan.snapshot));
  const auto manifests = FLOE_TRY(store.manifests_of(session, *scan.snapshot));
  const auto views = FLOE_TRY(view_specs(scan, *manifests));

  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < manifests->size(); ++i) {
    const auto& manifest = (*manifests)[i];
    if (manifest.content != ManifestContent::kData) continue;
    if (scan.passed != nullptr && scan.passed->contains(manifest.manifest_path)) continue;
    ++stats.manifests;
    if (has_live_files(manifest) && manifest_may_match(views.at(manifest.partition_spec_id).projected, manifest)) {
      wanted.push_back(i);
    } else {
      ++stats.manifests_skipped;
    }
  }
  std::atomic<std::int64_t> skipped{0};
  const auto scan_one = [&](const Session& worker, std::size_t i) -> Status {
    const auto& manifest = (*manifests)[wanted[i]];
    ManifestScan one(scan, views.at(manifest.partition_spec_id), visit);
    skipped += FLOE_TRY(one.run(store, worker, wanted[i], manifest));
    return ok();
  };
  FLOE_TRY(parallel_for(session, wanted.size(), store.options().threads, scan_one));
  stats.files_skipped = skipped;
  return stats;
}

}  // namespace floe::iceberg
