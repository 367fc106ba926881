#include "metadata/update.hpp"

#include "base/fail.hpp"

#include <set>

namespace floe::iceberg {

namespace {

// iceberg-core's rules: unrelated changes must not conflict, so only what an update builds on is asserted.
class RequirementCollector {
 public:
  RequirementCollector(const TableMetadata& base, std::vector<TableRequirement>* out) : base_(base), out_(out) {}

  void operator()(const update::SetSnapshotRef& change) {
    if (!refs_.insert(change.name).second) return;
    const auto found = base_.refs.find(change.name);
    std::optional<std::int64_t> id;
    if (found != base_.refs.end()) id = found->second.snapshot_id;
    out_->push_back(requirement::AssertRefSnapshot{change.name, id});
  }

  void operator()(const update::AddSchema& /*change*/) {
    if (!std::exchange(schema_added_, true)) out_->push_back(requirement::AssertLastFieldId{base_.last_column_id});
  }

  void operator()(const update::SetCurrentSchema& /*change*/) {
    if (!std::exchange(schema_set_, true)) out_->push_back(requirement::AssertCurrentSchemaId{base_.current_schema_id});
  }

  void operator()(const update::AddSpec& /*change*/) {
    if (!std::exchange(spec_added_, true)) out_->push_back(requirement::AssertLastPartitionId{base_.last_partition_id});
  }

  void operator()(const update::SetDefaultSpec& /*change*/) {
    if (!std::exchange(spec_set_, true)) out_->push_back(requirement::AssertDefaultSpecId{base_.default_spec_id});
  }

  void operator()(const update::SetDefaultSortOrder& /*change*/) {
    if (!std::exchange(order_set_, true)) {
      out_->push_back(requirement::AssertDefaultSortOrderId{base_.default_sort_order_id});
    }
  }

  template <class Other>
  void operator()(const Other& /*change*/) {}

 private:
  const TableMetadata& base_;
  std::vector<TableRequirement>* out_;
  std::set<std::string> refs_;
  bool schema_added_ = false;
  bool schema_set_ = false;
  bool spec_added_ = false;
  bool spec_set_ = false;
  bool order_set_ = false;
};

Error changed(std::string_view what) {
  return failf(ErrorCode::kConflict, "the {} changed since the commit was prepared", what);
}

class RequirementCheck {
 public:
  explicit RequirementCheck(const TableMetadata& current) : current_(current) {}

  Status operator()(const requirement::AssertCreate& /*unused*/) const {
    return fail(ErrorCode::kAlreadyExists, "the table already exists");
  }

  Status operator()(const requirement::AssertUuid& wanted) const {
    return wanted.uuid == current_.table_uuid ? ok() : Status(changed("table (it was dropped and created again)"));
  }

  Status operator()(const requirement::AssertRefSnapshot& wanted) const {
    const auto found = current_.refs.find(wanted.ref);
    std::optional<std::int64_t> id;
    if (found != current_.refs.end()) id = found->second.snapshot_id;
    return id == wanted.snapshot_id ? ok() : Status(changed(fmt::format("snapshot of `{}`", wanted.ref)));
  }

  Status operator()(const requirement::AssertLastFieldId& wanted) const {
    return wanted.id == current_.last_column_id ? ok() : Status(changed("last column id"));
  }

  Status operator()(const requirement::AssertCurrentSchemaId& wanted) const {
    return wanted.id == current_.current_schema_id ? ok() : Status(changed("schema"));
  }

  Status operator()(const requirement::AssertLastPartitionId& wanted) const {
    return wanted.id == current_.last_partition_id ? ok() : Status(changed("last partition id"));
  }

  Status operator()(const requirement::AssertDefaultSpecId& wanted) const {
    return wanted.id == current_.default_spec_id ? ok() : Status(changed("partition spec"));
  }

  Status operator()(const requirement::AssertDefaultSortOrderId& wanted) const {
    return wanted.id == current_.default_sort_order_id ? ok() : Status(changed("sort order"));
  }

 private:
  const TableMetadata& current_;
};

}  // namespace

std::vector<TableRequirement> requirements_for(const TableMetadata* base, const std::vector<TableUpdate>& updates) {
  if (base == nullptr) return {requirement::AssertCreate{}};
  std::vector<TableRequirement> requirements{requirement::AssertUuid{base->table_uuid}};
  RequirementCollector collector(*base, &requirements);
  for (const auto& change : updates)
    std::visit(collector, change);
  return requirements;
}

Status check_requirements(const TableMetadata* current, const std::vector<TableRequirement>& requirements) {
  for (const auto& wanted : requirements) {
    if (current == nullptr) {
      if (!std::holds_alternative<requirement::AssertCreate>(wanted)) {
        return fail(ErrorCode::kNotFound, "the table does not exist any more");
      }
      continue;
    }
    FLOE_TRY(std::visit(RequirementCheck(*current), wanted));
  }
  return ok();
}

}  // namespace floe::iceberg
