#include "engine/outlines.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <utility>

namespace floe::duckdb_compute {
namespace {

using TableFunction = Owned<duckdb_table_function, duckdb_destroy_table_function>;

std::uint64_t number_of(duckdb_bind_info info) {
  const Value value(duckdb_bind_get_parameter(info, 0));
  return static_cast<std::uint64_t>(duckdb_get_int64(value.get()));
}

void read_nothing(duckdb_function_info info, duckdb_data_chunk /*output*/) {
  duckdb_function_set_error(info, "the relation is not bound for this statement");
}

void init(duckdb_init_info /*info*/) {}

}  // namespace

Status Outlines::register_function(duckdb_connection connection) const {
  using Share = std::shared_ptr<State>;
  const TableFunction function(duckdb_create_table_function());
  const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  duckdb_table_function_set_name(function.get(), std::string(kOutlineFunction).c_str());
  duckdb_table_function_add_parameter(function.get(), number.get());
  duckdb_table_function_set_extra_info(function.get(), new Share(state_),
                                       [](void* share) { delete static_cast<Share*>(share); });
  duckdb_table_function_set_bind(function.get(), [](duckdb_bind_info info) {
    const auto& state = **static_cast<Share*>(duckdb_bind_get_extra_info(info));
    const std::lock_guard lock(state.mutex);
    const auto found = state.outlines.find(number_of(info));
    if (found == state.outlines.end()) return duckdb_bind_set_error(info, "no such outline");
    const Outline& outline = *found->second;
    for (std::size_t i = 0; i < outline.columns.size(); ++i)
      duckdb_bind_add_result_column(info, outline.columns[i].name.c_str(), outline.types[i].get());
  });
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_function(function.get(), read_nothing);
  if (duckdb_register_table_function(connection, function.get()) == DuckDBSuccess) return ok();
  return failf(ErrorCode::kInternal, "DuckDB does not take the function {}", kOutlineFunction);
}

Status Outlines::set(Runner& runner, std::uint64_t number, std::vector<Column> columns) {
  std::string list;
  for (const Column& column : columns)
    list += (list.empty() ? "" : ", ") + std::string("CAST(NULL AS ") + column.sql_type + ")";
  const Prepared prepared = FLOE_TRY(runner.prepare("SELECT " + list));
  auto outline = std::make_shared<Outline>();
  for (std::size_t i = 0; i < columns.size(); ++i)
    outline->types.emplace_back(duckdb_prepared_statement_column_logical_type(prepared.get(), i));
  outline->columns = std::move(columns);
  const std::lock_guard lock(state_->mutex);
  state_->outlines[number] = std::move(outline);
  return ok();
}

std::shared_ptr<const Outlines::Outline> Outlines::find(std::uint64_t number) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->outlines.find(number);
  return found == state_->outlines.end() ? nullptr : found->second;
}

std::string scan_variable(std::uint64_t number) { return "floe_scan_" + std::to_string(number); }

std::string outline_body(std::uint64_t number) { return fmt::format("SELECT * FROM {}({})", kOutlineFunction, number); }

std::string chosen_body(std::uint64_t number, const std::string& shared_body) {
  return fmt::format("SELECT * FROM query(coalesce(getvariable({}), {}))", quote_text(scan_variable(number)),
                     quote_text(shared_body));
}

}  // namespace floe::duckdb_compute
