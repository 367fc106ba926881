#include "scan/plan.hpp"

#include "scan/file_layout.hpp"
#include "scan/table_json.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <set>

namespace floe::iceberg {

namespace {

// What is kept of a data file while its footer is looked at.
struct PlannedFile {
  std::string path;
  FileFormat format = FileFormat::kParquet;
  std::int64_t record_count = 0;
  std::int64_t size = 0;
  std::int32_t spec_id = 0;
  PartitionTuple partition;
  const std::string* layout = nullptr;  // as JSON; equal ones are one
  std::vector<std::int32_t> lacks;      // source columns of identity partition fields that are not in the file
};

Status check_format(FileFormat format) {
  if (format == FileFormat::kParquet) return ok();
  return failf(ErrorCode::kUnsupported, "its format is {}; only PARQUET is read", file_format_name(format));
}

std::vector<std::int32_t> missing_sources(const PartitionSpec* spec, const FileLayout& layout) {
  std::vector<std::int32_t> missing;
  if (spec == nullptr) return missing;
  for (const auto& field : spec->fields) {
    if (field.transform.kind == transform::Kind::kIdentity && !layout.holds(field.source_id)) {
      missing.push_back(field.source_id);
    }
  }
  return missing;
}

// Looks at the files of a scan, and writes them.
class FileWriter {
 public:
  FileWriter(TableStore& store, const TableMetadata& metadata, const Schema& schema,
             const ComparedFiles& compared = std::nullopt)
      : store_(store), metadata_(metadata), schema_(schema), compared_(compared) {
    if (!compared_ && property_bool(metadata.properties, property::kVerifyOnRead, false)) compared_.emplace();
  }

  Status look_at(const Session& session, std::vector<PlannedFile>& files) {
    const auto mapping = property_text(metadata_.properties, property::kNameMapping, "");
    if (!mapping.empty()) {
      mapping_ = FLOE_TRY(parse_name_mapping(mapping).with_context("the table property `schema.name-mapping.default`"));
    }
    // A footer takes some 30 us; below a handful of files threads cost more than they bring.
    const auto threads = files.size() < 8 && !compared_ ? 1 : store_.options().threads;
    return parallel_for(session, files.size(), threads, [&](const Session& worker, std::size_t i) {
      return look_at_one(worker, files[i]).with_context(fmt::format("the data file `{}`", files[i].path));
    });
  }

  std::string files_json(const std::vector<PlannedFile>& files) {
    JsonText out;
    out.begin_array();
    for (const auto& file : files)
      write(file, &out);
    return std::move(out.end_array()).take();
  }

  [[nodiscard]] std::string layouts_json() const {
    std::string text = "[";
    for (const auto* layout : layouts_) {
      if (text.size() > 1) text += ',';
      text += *layout;
    }
    return text + ']';
  }

 private:
  const std::string* keep(std::string layout) {
    const std::lock_guard lock(mutex_);
    return &*known_.insert(std::move(layout)).first;
  }

  [[nodiscard]] bool is_compared(const std::string& uri) const {
    return compared_.has_value() && (compared_->empty() || compared_->contains(uri));
  }

  Result<std::shared_ptr<const parquet::FileShape>> shape_of(const Session& session, const PlannedFile& file) {
    if (is_compared(file.path)) FLOE_TRY(store_.check_data_file(session, file.path, true));
    return store_.file_shape(session, file.path, file.size);
  }

  Status look_at_one(const Session& session, PlannedFile& file) {
    FLOE_TRY(check_format(file.format));
    auto read = shape_of(session, file);
    if (!read) return damaged_file_error(file_kind::kData, file.path, std::move(read).error());
    const auto shape = *std::move(read);
    const auto layout = FLOE_TRY(file_layout(*shape, schema_, mapping_ ? &*mapping_ : nullptr));
    file.layout = keep(layout.to_json());
    file.lacks = missing_sources(metadata_.spec(file.spec_id), layout);
    return ok();
  }

  // Numbers in the order of the files, whichever thread looked at one first.
  std::size_t layout_number(const std::string* layout) {
    const auto [found, is_new] = layout_numbers_.emplace(layout, layouts_.size());
    if (is_new) layouts_.push_back(layout);
    return found->second;
  }

  void write(const PlannedFile& file, JsonText* out) {
    const auto* spec = metadata_.spec(file.spec_id);
    out->begin_object().key("uri").text(file.path).key("record_count").number(file.record_count);
    out->key("file_size_in_bytes")
        .number(file.size)
        .key("spec_id")
        .number(file.spec_id)
        .key("partition")
        .begin_object();
    for (std::size_t i = 0; spec != nullptr && i < file.partition.size() && i < spec->fields.size(); ++i)
      out->key(std::to_string(spec->fields[i].field_id)).raw(value_json(file.partition[i]));
    out->end_object().key("constants").begin_object();
    for (std::size_t i = 0; spec != nullptr && i < file.partition.size() && i < spec->fields.size(); ++i) {
      const auto& field = spec->fields[i];
      const bool is_missing = std::find(file.lacks.begin(), file.lacks.end(), field.source_id) != file.lacks.end();
      if (field.transform.kind != transform::Kind::kIdentity || !is_missing) continue;
      out->key(std::to_string(field.source_id)).raw(value_json(file.partition[i]));
    }
    out->end_object().key("layout").number(static_cast<std::int64_t>(layout_number(file.layout))).end_object();
  }

  static std::string value_json(const std::optional<Literal>& value) {
    return value.has_value() ? to_json(literal_to_json(*value)) : "null";
  }

  TableStore& store_;
  const TableMetadata& metadata_;
  const Schema& schema_;
  ComparedFiles compared_;
  std::optional<NameMapping> mapping_;
  std::mutex mutex_;
  std::set<std::string> known_;
  std::map<const std::string*, std::size_t> layout_numbers_;
  std::vector<const std::string*> layouts_;  // by number
};

struct FoundFiles {
  std::vector<PlannedFile> files;
  ScanStats stats;
};

using ManifestPaths = std::set<std::string>;

// Files of the manifests in `passed` are left out.
Result<FoundFiles> find_files(TableStore& store, const Session& session, const LoadedTable& table,
                              const SnapshotChoice& choice, Expression filter, const ManifestPaths& passed = {}) {
  FileScan scan;
  scan.table = &table;
  scan.snapshot = choice.snapshot;
  scan.filter = std::move(filter);
  scan.schema = choice.schema;
  scan.passed = &passed;
  const auto count = FLOE_TRY(manifest_count(store, session, scan));
  std::vector<std::vector<PlannedFile>> by_manifest(count);
  FoundFiles found;
  found.stats = FLOE_TRY(scan_files(store, session, scan, [&](std::size_t manifest, const ManifestEntry& entry) {
    const auto& file = entry.data_file;
    by_manifest[manifest].push_back({file.file_path,
                                     file.file_format,
                                     file.record_count,
                                     file.file_size_in_bytes,
                                     file.spec_id,
                                     file.partition,
                                     nullptr,
                                     {}});
    return ok();
  }));
  for (auto& files : by_manifest)
    std::move(files.begin(), files.end(), std::back_inserter(found.files));
  return found;
}

// How many data files a snapshot has; nothing when its manifest list does not say.
Result<std::optional<std::int64_t>> count_files(TableStore& store, const Session& session,
                                                const SnapshotPtr& snapshot) {
  std::int64_t count = 0;
  if (snapshot == nullptr) return std::optional(count);
  for (const auto& manifest : *FLOE_TRY(store.manifests_of(session, *snapshot))) {
    if (manifest.content != ManifestContent::kData) continue;
    if (!manifest.added_files_count || !manifest.existing_files_count) return std::optional<std::int64_t>();
    count += *manifest.added_files_count + *manifest.existing_files_count;
  }
  return std::optional(count);
}

// The columns asked for, in table order; all when none are named.
Result<Schema> project_columns(const Schema& schema, const json::object& request) {
  const auto* names = get_array(request, "columns");
  if (names == nullptr) return schema;
  std::set<std::int32_t> wanted;
  for (const auto& name : *names) {
    if (!name.is_string()) return fail(ErrorCode::kInvalidArgument, "`columns` holds names");
    const auto* field = FLOE_TRY(schema.find_ignore_case(to_view(name.get_string())));
    if (field == nullptr) {
      return failf(ErrorCode::kNotFound, "column `{}` is not there", std::string(to_view(name.get_string())));
    }
    wanted.insert(field->id);
  }
  std::vector<Field> fields;
  for (const auto& field : schema.fields()) {
    if (wanted.contains(field.id)) fields.push_back(field);
  }
  return Schema::make(std::move(fields), schema.schema_id());
}

// The manifests of the newest snapshot below `head` that this engine wrote: it read the table before.
Result<ManifestPaths> manifests_seen(TableStore& store, const Session& session, const TableMetadata& metadata,
                                     const Snapshot& head) {
  ManifestPaths paths;
  for (const auto& snapshot : metadata.ancestors(head.snapshot_id)) {
    if (snapshot->summary_value("engine-name") != store.options().engine_name) continue;
    for (const auto& manifest : *FLOE_TRY(store.manifests_of(session, *snapshot)))
      paths.insert(manifest.manifest_path);
    break;
  }
  return paths;
}

Error unreadable(Error error, const LoadedTable& table) {
  return std::move(error).with_context(fmt::format("table `{}` cannot be read exactly", table.identifier.to_string()));
}

}  // namespace

Status check_readable(TableStore& store, const Session& session, const LoadedTable& table, const SnapshotChoice& head) {
  if (head.snapshot == nullptr) return ok();
  const auto seen = FLOE_TRY(manifests_seen(store, session, *table.metadata, *head.snapshot));
  auto found = FLOE_TRY(find_files(store, session, table, head, always_true(), seen));
  auto looked = FileWriter(store, *table.metadata, head.schema).look_at(session, found.files);
  if (!looked) return unreadable(std::move(looked).error(), table);
  return ok();
}

Result<PlannedFiles> plan_files(TableStore& store, const Session& session, const LoadedTable& table,
                                const SnapshotChoice& choice, Expression filter, const ComparedFiles& compared) {
  auto found = FLOE_TRY(find_files(store, session, table, choice, std::move(filter)));
  FileWriter writer(store, *table.metadata, choice.schema, compared);
  auto looked = writer.look_at(session, found.files);
  if (!looked) return unreadable(std::move(looked).error(), table);
  PlannedFiles planned;
  planned.files = writer.files_json(found.files);
  planned.layouts = writer.layouts_json();
  planned.count = found.files.size();
  planned.stats = found.stats;
  return planned;
}

namespace {

ComparedFiles compared_files(const json::object& request) {
  const auto* listed = get_array(request, "verify");
  if (listed == nullptr) return std::nullopt;
  std::set<std::string> files;
  for (const auto& uri : *listed) {
    if (uri.is_string()) files.emplace(to_view(uri.get_string()));
  }
  return files;
}

}  // namespace

Result<std::string> plan_scan(TableStore& store, const Session& session, const Identifier& identifier,
                              std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the scan request"));
  const auto table = FLOE_TRY(store.load(session, identifier));
  const auto at = FLOE_TRY(parse_snapshot_request(request_text));
  const auto choice = FLOE_TRY(choose_snapshot(*table.metadata, at, identifier.to_string()));
  const auto* filter_json = request.if_contains("filter");
  auto filter = FLOE_TRY(bind_filter(filter_json == nullptr ? json::value(nullptr) : *filter_json, choice.schema)
                             .with_context(fmt::format("planning a scan of `{}`", identifier.to_string())));
  const auto columns = FLOE_TRY(project_columns(choice.schema, request));
  JsonText out;
  out.begin_object().key("snapshot_id");
  choice.snapshot == nullptr ? out.null() : out.quoted_number(choice.snapshot->snapshot_id);
  out.key("schema_id").number(choice.schema.schema_id()).key("columns");
  write_columns(columns, known_sql_types(table.metadata->properties, columns), &out);
  if (const auto most = get_int(request, "max_files")) {
    const auto count = FLOE_TRY(count_files(store, session, choice.snapshot));
    if (!count || *count > *most) {
      out.key("file_count");
      count ? out.number(*count) : out.null();
      return std::move(out.key("files").null().end_object()).take();
    }
  }
  const auto planned = FLOE_TRY(plan_files(store, session, table, choice, std::move(filter), compared_files(request)));
  out.key("file_count").number(static_cast<std::int64_t>(planned.count));
  out.key("files").raw(planned.files).key("layouts").raw(planned.layouts);
  out.key("stats").begin_object().key("manifests").number(planned.stats.manifests);
  out.key("manifests_skipped").number(planned.stats.manifests_skipped);
  out.key("files_skipped").number(planned.stats.files_skipped).end_object().end_object();
  return std::move(out).take();
}

}  // namespace floe::iceberg
