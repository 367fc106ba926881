// The adapter's methods that need a warehouse, for one node in flight: one session, opened at the first statement.
#pragma once

#include "macro/adapter.hpp"
#include "macro/render_scope.hpp"

#include "floe/client/warehouse.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace floe::dbt {

// What the last commit of the node did; for its record.
struct WriteOutcome {
  std::optional<std::int64_t> rows;
  std::optional<std::int64_t> bytes;
  std::string snapshot_id;
};

class NodeBackend final : public AdapterBackend {
 public:
  NodeBackend(Session& session, WarehouseClient warehouse, floe_call* call, std::string node_id);
  NodeBackend(const NodeBackend&) = delete;
  NodeBackend& operator=(const NodeBackend&) = delete;
  ~NodeBackend() override;

  bool call(std::string_view name, Arguments& arguments, RenderScope& scope, Value* out) override;
  void write_run_file(Node& node, std::string_view sql) override;

  // A query outside of templates: hooks, show, tests of the engine itself.
  Result<Value> query(std::string_view sql, const RenderScope& scope, std::int64_t limit = -1);
  Result<std::string> execute(std::string_view sql, const RenderScope& scope);

  [[nodiscard]] const WriteOutcome& outcome() const { return outcome_; }

  // A write failed because others created its relation after this run looked for it; the next look finds it.
  [[nodiscard]] bool met_others() const { return met_others_; }

  [[nodiscard]] const WarehouseClient& warehouse() const { return warehouse_; }

  [[nodiscard]] floe_call* raw_call() const { return call_; }

  Result<std::uint64_t> session();

 private:
  using Method = Value (NodeBackend::*)(Arguments&, RenderScope&);
  static Method find_method(std::string_view name);

  Value execute_method(Arguments& arguments, RenderScope& scope);
  Value add_query(Arguments& arguments, RenderScope& scope);
  Value get_relation(Arguments& arguments, RenderScope& scope);
  Value list_relations(Arguments& arguments, RenderScope& scope);
  Value list_relations_without_caching(Arguments& arguments, RenderScope& scope);
  Value check_schema_exists(Arguments& arguments, RenderScope& scope);
  Value get_columns_in_relation(Arguments& arguments, RenderScope& scope);
  Value get_column_schema_from_query(Arguments& arguments, RenderScope& scope);
  Value create_schema(Arguments& arguments, RenderScope& scope);
  Value drop_schema(Arguments& arguments, RenderScope& scope);
  Value drop_relation(Arguments& arguments, RenderScope& scope);
  Value truncate_relation(Arguments& arguments, RenderScope& scope);
  Value rename_relation(Arguments& arguments, RenderScope& scope);
  Value comment(Arguments& arguments, RenderScope& scope);
  Value write(Arguments& arguments, RenderScope& scope);
  Value create_view(Arguments& arguments, RenderScope& scope);
  Value load_file(Arguments& arguments, RenderScope& scope);
  Value nothing(Arguments& arguments, RenderScope& scope);

  [[nodiscard]] std::vector<Value> relations_of(const std::optional<std::string>& schema);
  void note_outcome(std::string_view answer);

  Session& dbt_session_;
  WarehouseClient warehouse_;
  floe_call* call_;
  std::string node_id_;
  std::optional<std::uint64_t> session_;
  WriteOutcome outcome_;
  int writes_ = 0;
  bool met_others_ = false;
};

// {"relations": [...]} of what rendering resolved.
std::string relations_options(const RenderScope& scope);

}  // namespace floe::dbt
