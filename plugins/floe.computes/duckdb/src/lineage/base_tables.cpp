#include "lineage/base_tables.hpp"

#include "sql/sql_text.hpp"

namespace floe::duckdb_compute {

std::optional<std::vector<std::string>> column_names(Runner& runner, const std::string& sql) {
  const auto prepared = runner.prepare(sql);
  if (!prepared) return std::nullopt;
  std::vector<std::string> names;
  const idx_t count = duckdb_prepared_statement_column_count(prepared->get());
  names.reserve(count);
  for (idx_t i = 0; i < count; ++i)
    names.push_back(take_text(const_cast<char*>(duckdb_prepared_statement_column_name(prepared->get(), i))));
  return names;
}

void BaseTables::read_defaults() {
  if (!schema_.empty()) return;
  const auto rows = runner_.run("SELECT current_database(), current_schema()");
  if (!rows) return;
  database_ = rows->text(0, 0);
  schema_ = rows->text(1, 0);
}

std::optional<std::size_t> BaseTables::look_up(BaseTable table) {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    if (lower_name(tables_[i].database) == lower_name(table.database) &&
        lower_name(tables_[i].schema) == lower_name(table.schema) &&
        lower_name(tables_[i].name) == lower_name(table.name)) {
      return i;
    }
  }
  std::string name = quote_name(table.name);
  if (!table.schema.empty()) name = quote_name(table.schema) + "." + name;
  if (!table.database.empty()) name = quote_name(table.database) + "." + name;
  auto columns = column_names(runner_, "SELECT * FROM " + name);
  if (!columns) return std::nullopt;
  table.columns = std::move(*columns);
  tables_.push_back(std::move(table));
  return tables_.size() - 1;
}

std::optional<std::size_t> BaseTables::find(const std::string& database, const std::string& schema,
                                            const std::string& name) {
  read_defaults();
  if (!database.empty()) return look_up({database, schema, name, {}});
  if (!schema.empty()) {
    if (const auto found = look_up({database_, schema, name, {}})) return found;
    return look_up({schema, "main", name, {}});  // `a.b`: of the database `a`
  }
  if (const auto found = look_up({"temp", "main", name, {}})) return found;
  if (const auto found = look_up({database_, schema_, name, {}})) return found;
  return look_up({"", "", name, {}});
}

}  // namespace floe::duckdb_compute
