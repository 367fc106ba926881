#include "scan/plan.hpp"

#include "scan/table_json.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <map>
#include <set>

namespace floe::iceberg {

namespace {

// Writes the files of one manifest; one per manifest, so that they can be written in parallel.
class FileListWriter {
 public:
  explicit FileListWriter(const TableMetadata& metadata) : metadata_(&metadata) {}

  void add(const DataFile& file) {
    if (spec_ == nullptr || spec_->spec_id != file.spec_id) spec_ = metadata_->spec(file.spec_id);
    if (count_++ == 0 || file.partition != tuple_) render_partition(file);
    out_.begin_object().key("uri").text(file.file_path);
    out_.key("record_count").number(file.record_count);
    out_.key("file_size_in_bytes").number(file.file_size_in_bytes);
    out_.key("spec_id").number(file.spec_id).key("partition").raw(partition_json_);
    out_.key("constants").raw(constants_json(file)).end_object();
  }

  [[nodiscard]] std::size_t count() const { return count_; }

  [[nodiscard]] const std::string& json() const { return out_.view(); }

 private:
  void render_partition(const DataFile& file) {
    tuple_ = file.partition;
    values_.clear();
    JsonText text;
    text.begin_object();
    for (std::size_t i = 0; spec_ != nullptr && i < tuple_.size() && i < spec_->fields.size(); ++i) {
      values_.push_back(tuple_[i].has_value() ? to_json(literal_to_json(*tuple_[i])) : "null");
      text.key(std::to_string(spec_->fields[i].field_id)).raw(values_.back());
    }
    partition_json_ = std::move(text.end_object()).take();
  }

  // Identity partition values of columns the file seems to lack: none of its metrics mention them.
  std::string constants_json(const DataFile& file) const {
    if (values_.empty()) return "{}";
    JsonText text;
    text.begin_object();
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto& field = spec_->fields[i];
      if (field.transform.kind != transform::Kind::kIdentity) continue;
      const auto id = field.source_id;
      if (file.column_sizes.find(id).has_value() || file.value_counts.find(id).has_value()) continue;
      text.key(std::to_string(id)).raw(values_[i]);
    }
    return std::move(text.end_object()).take();
  }

  const TableMetadata* metadata_;
  const PartitionSpec* spec_ = nullptr;
  PartitionTuple tuple_;
  std::vector<std::string> values_;
  std::string partition_json_ = "{}";
  JsonText out_;
  std::size_t count_ = 0;
};

bool has_identity_field(const TableMetadata& metadata) {
  for (const auto& spec : metadata.specs) {
    for (const auto& field : spec.fields) {
      if (field.transform.kind == transform::Kind::kIdentity) return true;
    }
  }
  return false;
}

PlannedFiles join(const std::vector<FileListWriter>& writers, const ScanStats& stats) {
  PlannedFiles planned;
  planned.stats = stats;
  std::size_t size = 2;
  for (const auto& writer : writers)
    size += writer.json().size() + 1;
  planned.json.reserve(size);
  planned.json += '[';
  for (const auto& writer : writers) {
    if (writer.count() == 0) continue;
    if (planned.count > 0) planned.json += ',';
    planned.json += writer.json();
    planned.count += writer.count();
  }
  planned.json += ']';
  return planned;
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

}  // namespace

Result<PlannedFiles> plan_files(TableStore& store, const Session& session, const LoadedTable& table,
                                const SnapshotChoice& choice, Expression filter) {
  FileScan scan;
  scan.table = &table;
  scan.snapshot = choice.snapshot;
  scan.filter = std::move(filter);
  scan.schema = choice.schema;
  scan.needs_statistics = has_identity_field(*table.metadata);
  const auto count = FLOE_TRY(manifest_count(store, session, scan));
  std::vector<FileListWriter> writers(count, FileListWriter(*table.metadata));
  const auto stats = FLOE_TRY(scan_files(store, session, scan, [&](std::size_t manifest, const ManifestEntry& entry) {
    writers[manifest].add(entry.data_file);
    return ok();
  }));
  return join(writers, stats);
}

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
  const auto planned = FLOE_TRY(plan_files(store, session, table, choice, std::move(filter)));

  JsonText out;
  out.begin_object().key("snapshot_id");
  choice.snapshot == nullptr ? out.null() : out.quoted_number(choice.snapshot->snapshot_id);
  out.key("schema_id").number(choice.schema.schema_id()).key("columns");
  write_columns(columns, read_sql_types(table.metadata->properties), &out);
  out.key("files").raw(planned.json);
  out.key("stats").begin_object().key("manifests").number(planned.stats.manifests);
  out.key("manifests_skipped").number(planned.stats.manifests_skipped);
  out.key("files_skipped").number(planned.stats.files_skipped).end_object().end_object();
  return std::move(out).take();
}

}  // namespace floe::iceberg
