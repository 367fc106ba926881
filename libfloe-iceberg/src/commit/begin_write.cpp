#include "commit/begin_write.hpp"

#include "metadata/metadata_file.hpp"
#include "scan/plan.hpp"

#include "base/fail.hpp"

#include <charconv>

namespace floe::iceberg {

namespace {

constexpr std::int64_t kDefaultTargetFileSize = 512 << 20;

bool rewrites(WriteMode mode) { return mode == WriteMode::kOverwriteFiles || mode == WriteMode::kOverwritePartitions; }

Status check_mode(TableStore& store, const Session& session, const Identifier& identifier, const WriteRequest& request,
                  bool exists) {
  const bool creates = request.mode == WriteMode::kCreate || request.mode == WriteMode::kReplace;
  if (request.mode == WriteMode::kCreate && exists) {
    return failf(ErrorCode::kAlreadyExists, "table `{}` already exists", identifier.to_string());
  }
  if (exists) return ok();
  if (!creates) return failf(ErrorCode::kNotFound, "table `{}` does not exist", identifier.to_string());
  // Better now than after the data is written.
  if (store.catalog().has_views() && store.catalog().load_view(session, identifier).has_value()) {
    return failf(ErrorCode::kAlreadyExists, "`{}` is a view; drop it first", identifier.to_string());
  }
  return ok();
}

// The state the writer reads: the one it names, or the head of the branch.
Result<SnapshotPtr> base_snapshot(const TableMetadata& metadata, const WriteRequest& request) {
  if (request.base_snapshot_id.has_value()) {
    auto snapshot = metadata.snapshot(*request.base_snapshot_id);
    if (snapshot == nullptr)
      return failf(ErrorCode::kNotFound, "snapshot {} does not exist", *request.base_snapshot_id);
    return snapshot;
  }
  auto head = metadata.ref_snapshot(request.branch);
  return head != nullptr ? head : metadata.current_snapshot();
}

Status check_branch(const TableMetadata& metadata, const std::string& branch) {
  const auto found = metadata.refs.find(branch);
  if (found == metadata.refs.end() || found->second.is_branch) return ok();
  return failf(ErrorCode::kInvalidArgument, "`{}` is a tag; only branches are written to", branch);
}

void write_texts(const std::vector<std::string>& texts, JsonText* out) {
  out->begin_array();
  for (const auto& text : texts)
    out->text(text);
  out->end_array();
}

std::string plan_to_json(const PendingWrite& write, const PlannedFiles& rewritten) {
  const auto& plan = write.plan;
  JsonText out;
  out.begin_object().key("identifier").raw(write.identifier.to_json()).key("location").text(plan.location);
  out.key("directory").text(data_directory(plan.location, plan.properties));
  out.key("schema").raw(plan.change.schema.to_json_text()).key("columns");
  write_columns(plan.change.schema, plan.change.sql_types, &out);
  out.key("missing");
  write_texts(plan.change.missing, &out);
  out.key("partition_spec");
  write_partition_spec(plan.spec, &out);
  out.key("sort_order");
  write_sort_order(plan.sort_order, &out);
  out.key("target_file_size_bytes")
      .number(property_int(plan.properties, property::kTargetFileSize, kDefaultTargetFileSize));
  out.key("compression").text(property_text(plan.properties, property::kParquetCompression, "zstd"));
  out.key("base_snapshot_id");
  write.base_snapshot_id.has_value() ? out.quoted_number(*write.base_snapshot_id) : out.null();
  out.key("files").raw(rewritten.files).key("layouts").raw(rewritten.layouts).key("done").null().end_object();
  return std::move(out).take();
}

Result<PlannedFiles> files_to_rewrite(TableStore& store, const Session& session, const PendingWrite& write) {
  if (!rewrites(write.request.mode) || !write.base_snapshot_id.has_value()) return PlannedFiles();
  SnapshotChoice choice{write.base->metadata->snapshot(*write.base_snapshot_id),
                        branch_schema(*write.base->metadata, write.request.branch)};
  auto filter = FLOE_TRY(bind_filter_text(write.request.filter, choice.schema));
  return plan_files(store, session, *write.base, choice, std::move(filter));
}

std::int64_t count_of(const Snapshot& snapshot, std::string_view key) {
  const auto text = snapshot.summary_value(key).value_or("0");
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

SnapshotPtr find_done(const TableMetadata& metadata, const std::string& branch, const std::string& key) {
  const auto head = metadata.ref_snapshot(branch);
  if (head == nullptr || key.empty()) return nullptr;
  for (const auto& snapshot : metadata.ancestors(head->snapshot_id)) {
    if (snapshot->summary_value(kIdempotencyKey) == key) return snapshot;
  }
  return nullptr;
}

std::string commit_result_json(const Snapshot& snapshot, const std::string& metadata_location, int attempts) {
  JsonText out;
  out.begin_object().key("snapshot_id").quoted_number(snapshot.snapshot_id).key("parent_snapshot_id");
  snapshot.parent_snapshot_id.has_value() ? out.quoted_number(*snapshot.parent_snapshot_id) : out.null();
  out.key("sequence_number").number(snapshot.sequence_number);
  out.key("metadata_location").text(metadata_location).key("operation").text(snapshot.operation);
  out.key("added_files").number(count_of(snapshot, "added-data-files"));
  out.key("added_rows").number(count_of(snapshot, "added-records"));
  out.key("removed_files").number(count_of(snapshot, "deleted-data-files"));
  out.key("deleted_rows").number(count_of(snapshot, "deleted-records"));
  out.key("added_bytes").number(count_of(snapshot, "added-files-size"));
  out.key("total_rows");
  snapshot.summary_value("total-records").has_value() ? out.number(count_of(snapshot, "total-records")) : out.null();
  out.key("attempts").number(attempts).end_object();
  return std::move(out).take();
}

Result<BegunWrite> begin_write(TableStore& store, const Session& session, const Identifier& identifier,
                               WriteRequest request) {
  BegunWrite begun;
  auto& write = begun.write;
  write.identifier = identifier;
  write.request = std::move(request);
  write.base = FLOE_TRY(store.load_if_exists(session, identifier));
  if (write.base.has_value()) {
    const auto& metadata = *write.base->metadata;
    // A finished earlier run comes before "already exists": that is what the key is for.
    if (const auto done = find_done(metadata, write.request.branch, write.request.idempotency_key)) {
      JsonText out;
      out.begin_object().key("done").raw(commit_result_json(*done, write.base->metadata_location, 0)).end_object();
      begun.plan_json = std::move(out).take();
      return begun;
    }
  }
  FLOE_TRY(check_mode(store, session, identifier, write.request, write.base.has_value()));
  if (write.base.has_value()) {
    const auto& metadata = *write.base->metadata;
    FLOE_TRY(check_writable_version(metadata, identifier.to_string()));
    FLOE_TRY(check_branch(metadata, write.request.branch));
    const auto base = FLOE_TRY(base_snapshot(metadata, write.request));
    if (base != nullptr) write.base_snapshot_id = base->snapshot_id;
    const bool keeps_rows = write.request.mode == WriteMode::kAppend || rewrites(write.request.mode);
    if (base != nullptr && keeps_rows) {
      const SnapshotChoice head{base, branch_schema(metadata, write.request.branch)};
      FLOE_TRY(check_readable(store, session, *write.base, head)
                   .with_context(fmt::format("writing to `{}`", identifier.to_string())));
    }
  }
  const auto* base_table = write.base.has_value() ? &*write.base : nullptr;
  write.plan = FLOE_TRY(plan_table(base_table, identifier, write.request, store.options())
                            .with_context(fmt::format("writing to `{}`", identifier.to_string())));
  const auto files = FLOE_TRY(files_to_rewrite(store, session, write));
  begun.plan_json = plan_to_json(write, files);
  return begun;
}

}  // namespace floe::iceberg
