#include "commit/table_plan.hpp"

#include "commit/layout_text.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

std::string path_segment(const std::string& name) {
  std::string segment;
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                          c == '-' || (c == '.' && !segment.empty());
    segment += is_plain ? c : '_';
  }
  if (segment != name) segment += '-' + text::sha256_hex(name).substr(0, 8);
  return segment;
}

Status check_reserved(const Properties& properties) {
  const auto found = properties.find(std::string(property::kFormatVersion));
  if (found == properties.end() || found->second == "2") return ok();
  return failf(ErrorCode::kUnsupported, "tables of format version {} are not written; only 2 is", found->second);
}

// Properties of the request as a table keeps them.
Properties requested_properties(const WriteRequest& request) {
  Properties properties = request.properties;
  properties.erase(std::string(property::kFormatVersion));
  if (request.comment.has_value()) properties[std::string(property::kComment)] = *request.comment;
  return properties;
}

// Entries of columns that are not in this schema stay: other branches and old snapshots use them.
RememberedTypes merge_sql_types(RememberedTypes types, const SchemaChange& change) {
  for (const auto id : change.schema.all_ids())
    types.erase(id);
  types.merge(remember_types(change.sql_types, change.schema));
  return types;
}

bool has_sources(const PartitionSpec& spec, const Schema& schema) {
  return std::all_of(spec.fields.begin(), spec.fields.end(), [&](const PartitionField& field) {
    return field.transform.kind == transform::Kind::kVoid || schema.find(field.source_id) != nullptr;
  });
}

bool has_sources(const SortOrder& order, const Schema& schema) {
  return std::all_of(order.fields.begin(), order.fields.end(),
                     [&](const SortField& field) { return schema.find(field.source_id) != nullptr; });
}

class Planner {
 public:
  Planner(const LoadedTable& base, const WriteRequest& request)
      : base_(*base.metadata), request_(request), is_main_(request.branch == kMainBranch) {}

  Result<TablePlan> plan() {
    FLOE_TRY(check_reserved(request_.properties));
    FLOE_TRY(plan_schema());
    FLOE_TRY(plan_spec());
    FLOE_TRY(plan_order());
    plan_properties();
    plan_.location = base_.location;
    return std::move(plan_);
  }

 private:
  [[nodiscard]] bool replaces() const {
    return request_.mode == WriteMode::kReplace || request_.mode == WriteMode::kCreate;
  }

  Status plan_schema() {
    const auto& current = branch_schema(base_, request_.branch);
    const auto types = known_sql_types(base_.properties, current);
    plan_.change = FLOE_TRY(replaces() ? plan_replaced_schema(&current, types, base_.last_column_id, request_)
                                       : plan_evolved_schema(current, types, base_.last_column_id, request_));
    if (plan_.change.schema.same_columns(current)) {
      plan_.change.schema = current;
      return ok();
    }
    plan_.updates.emplace_back(update::AddSchema{plan_.change.schema});
    // On a branch readers of main must not see the columns early.
    if (is_main_) plan_.updates.emplace_back(update::SetCurrentSchema{});
    return ok();
  }

  Status plan_spec() {
    const auto& current = base_.default_spec();
    if (!replaces() || !request_.partition_by.has_value()) {
      if (!has_sources(current, plan_.change.schema)) {
        return fail(ErrorCode::kInvalidState,
                    "a partition column of the table is not among the new columns; give `partition_by` anew");
      }
      plan_.spec = current;
      return check_partition_spec(current, plan_.change.schema).with_context("the partitioning of the table");
    }
    auto last_id = base_.last_partition_id;
    plan_.spec = FLOE_TRY(parse_partition_by(*request_.partition_by, plan_.change.schema, &base_, &last_id));
    if (plan_.spec.same_fields(current)) {
      plan_.spec = current;
      return ok();
    }
    plan_.updates.emplace_back(update::AddSpec{plan_.spec});
    if (is_main_) plan_.updates.emplace_back(update::SetDefaultSpec{});
    return ok();
  }

  Status plan_order() {
    const auto& current = base_.default_sort_order();
    if (!replaces() || !request_.sort_by.has_value()) {
      const bool is_kept = has_sources(current, plan_.change.schema);
      if (is_kept) plan_.sort_order = current;
      if (!is_kept && is_main_) plan_.updates.emplace_back(update::SetDefaultSortOrder{0});
      return ok();
    }
    plan_.sort_order = FLOE_TRY(parse_sort_by(*request_.sort_by, plan_.change.schema));
    if (plan_.sort_order.same_fields(current)) {
      plan_.sort_order = current;
      return ok();
    }
    plan_.updates.emplace_back(update::AddSortOrder{plan_.sort_order});
    if (is_main_) plan_.updates.emplace_back(update::SetDefaultSortOrder{});
    return ok();
  }

  void plan_properties() {
    auto wanted = requested_properties(request_);
    const auto known = read_remembered_types(base_.properties);
    const auto types = merge_sql_types(known, plan_.change);
    if (types != known) wanted[std::string(property::kSqlTypes)] = write_remembered_types(types);
    plan_.properties = base_.properties;
    update::SetProperties changed;
    for (const auto& [key, value] : wanted) {
      const auto found = base_.properties.find(key);
      if (found != base_.properties.end() && found->second == value) continue;
      changed.updates[key] = value;
      plan_.properties[key] = value;
    }
    if (!changed.updates.empty()) plan_.updates.emplace_back(std::move(changed));
  }

  const TableMetadata& base_;
  const WriteRequest& request_;
  bool is_main_;
  TablePlan plan_;
};

Result<TablePlan> plan_new_table(const Identifier& identifier, const WriteRequest& request,
                                 const StoreOptions& options) {
  TablePlan plan;
  FLOE_TRY(check_reserved(request.properties));
  plan.change = FLOE_TRY(plan_replaced_schema(nullptr, {}, 0, request));
  FLOE_TRY(check_writable(plan.change.schema.root()));
  std::int32_t last_partition_id = kFirstPartitionFieldId - 1;
  plan.spec = FLOE_TRY(parse_partition_by(request.partition_by.value_or(std::vector<std::string>()), plan.change.schema,
                                          nullptr, &last_partition_id));
  plan.sort_order = FLOE_TRY(parse_sort_by(request.sort_by.value_or(std::vector<std::string>()), plan.change.schema));
  if (options.warehouse.empty()) return fail(ErrorCode::kInvalidConfig, "no `warehouse` says where new tables go");
  plan.location = default_location(options.warehouse, identifier);
  plan.properties = {{std::string(property::kParquetCompression), "zstd"}};
  for (const auto& [key, value] : requested_properties(request))
    plan.properties[key] = value;
  if (!plan.change.sql_types.empty()) {
    plan.properties[std::string(property::kSqlTypes)] =
        write_remembered_types(remember_types(plan.change.sql_types, plan.change.schema));
  }
  plan.updates = {update::AssignUuid{io::random_uuid()},
                  update::UpgradeFormatVersion{kWritableFormatVersion},
                  update::AddSchema{plan.change.schema},
                  update::SetCurrentSchema{},
                  update::AddSpec{plan.spec},
                  update::SetDefaultSpec{},
                  update::AddSortOrder{plan.sort_order},
                  update::SetDefaultSortOrder{},
                  update::SetLocation{plan.location},
                  update::SetProperties{plan.properties}};
  return plan;
}

}  // namespace

const Schema& branch_schema(const TableMetadata& metadata, const std::string& branch) {
  if (branch == kMainBranch) return metadata.current_schema();
  const auto head = metadata.ref_snapshot(branch);
  return head == nullptr ? metadata.current_schema() : metadata.schema_of(*head);
}

std::string default_location(const std::string& warehouse, const Identifier& identifier) {
  std::string location = warehouse;
  for (const auto& level : identifier.levels)
    location += '/' + path_segment(level);
  return location + '/' + path_segment(identifier.name);
}

Result<TablePlan> plan_table(const LoadedTable* base, const Identifier& identifier, const WriteRequest& request,
                             const StoreOptions& options) {
  if (base == nullptr) return plan_new_table(identifier, request, options);
  return Planner(*base, request).plan();
}

}  // namespace floe::iceberg
