#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "sql/sql_text.hpp"
#include "sql/unused_name.hpp"
#include "write/write_files.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <cstdlib>

namespace floe::duckdb_compute {
namespace {

struct Key {
  const PartitionField* field = nullptr;
  std::string name;        // of the staged column: floe_p0
  std::string expression;  // over the target's columns
  std::string type;        // DuckDB's, of the value
  std::string json_type;   // Iceberg's, of the value: says how it is written as JSON
};

Result<Key> make_key(Statement& statement, const WriteRequest& request, const PartitionField& field, std::string name) {
  using transform::Kind;
  const FieldPath path = FLOE_TRY(request.find_field(field.source_id));
  Key key;
  key.field = &field;
  key.name = std::move(name);
  key.expression = FLOE_TRY(transform_sql(statement, path, field.transform));
  const Kind kind = field.transform.kind;
  const bool keeps_type = kind == Kind::kIdentity || kind == Kind::kTruncate || kind == Kind::kVoid;
  key.json_type = keeps_type ? path.type->name : kind == Kind::kDay ? "date" : "int";
  key.type = keeps_type ? FLOE_TRY(storage_sql(*path.type)) : "INTEGER";
  return key;
}

// What JSON needs to know of the value, as text.
std::string json_source(const Key& key) {
  if (key.json_type == "date") return key.type == "INTEGER" ? key.name : "(" + key.name + " - DATE '1970-01-01')";
  if (key.json_type == "time" || key.json_type == "timestamp" || key.json_type == "timestamptz") {
    return "epoch_us(" + key.name + ")";
  }
  if (key.type == "BLOB") return "lower(hex(" + key.name + "))";
  if (key.json_type == "string") return "to_json(" + key.name + ")";  // a result as text ends at a NUL
  return key.name;
}

// The JSON single value of the Iceberg spec, appendix D.
Result<json::value> json_value(const Key& key, const std::string& text) {
  const std::string& type = key.json_type;
  if (type == "boolean") return json::value(text == "true");
  if (type == "int" || type == "long") return json::value(std::stoll(text));
  if (type == "float" || type == "double") {
    if (text == "nan" || text.ends_with("inf")) return json::value(text);
    return json::value(std::strtod(text.c_str(), nullptr));  // numbers below the normal ones, too
  }
  if (type == "date") return json::value(time::format_date(std::stoll(text)));
  if (type == "time") return json::value(time::format_time_micros(std::stoll(text)));
  if (type == "timestamp") return json::value(time::format_timestamp_micros(std::stoll(text)));
  if (type == "timestamptz") return json::value(time::format_timestamptz_micros(std::stoll(text)));
  if (type == "string") return parse_json(text);
  return json::value(text);
}

bool is_floating(const Key& key) { return key.type == "FLOAT" || key.type == "DOUBLE"; }

// What tells partitions apart. DuckDB says that -0.0 equals 0.0; the Iceberg spec has them in two partitions, and
// readers take the value of the partition for that of each row.
std::vector<std::string> group_keys(const std::vector<Key>& keys) {
  std::vector<std::string> list;
  for (const Key& key : keys) {
    list.push_back(key.name);
    if (is_floating(key)) list.push_back("signbit(" + key.name + ")");
  }
  return list;
}

std::vector<std::string> sort_keys(const std::vector<Key>& keys) {
  std::vector<std::string> list;
  for (const Key& key : keys) {
    list.push_back(is_floating(key) ? sortable_float(key.name) : key.name);
    if (is_floating(key)) list.push_back("signbit(" + key.name + ")");
  }
  return list;
}

// Drops the staged rows on every way out.
struct StagedTable {
  Runner& runner;
  std::string name;

  ~StagedTable() { runner.run_always("DROP TABLE IF EXISTS " + quote_name(name)); }
};

// The rows of one partition follow each other in the staged table, so their numbers say which they are: values would
// have to be found again, and -0.0, NaN, NULL and texts with any byte each in its own way.
Status write_partition(const Rows& partitions, idx_t row, const std::vector<Key>& keys, const std::string& select,
                       FileWriter* writer) {
  json::object values;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    json::value value;
    if (!partitions.is_null(i, row)) value = FLOE_TRY(json_value(keys[i], partitions.text(i, row)));
    values[std::to_string(keys[i].field->field_id)] = std::move(value);
  }
  const std::int64_t first = partitions.integer(keys.size(), row);
  const std::int64_t last = partitions.integer(keys.size() + 1, row);
  const std::int64_t count = partitions.integer(keys.size() + 2, row);
  if (last - first + 1 != count) return fail(ErrorCode::kInternal, "the staged rows of a partition are not together");
  return writer->write(fmt::format("{} WHERE rowid BETWEEN {} AND {}", select, first, last), true, count,
                       to_json(values));
}

Status write_each(Runner& runner, const std::vector<Key>& keys, const std::string& select, const std::string& table,
                  FileWriter* writer) {
  std::string list;
  for (const Key& key : keys)
    list += "CAST(" + json_source(key) + " AS VARCHAR), ";
  const Rows partitions =
      FLOE_TRY(runner.run("SELECT " + list + "min(rowid), max(rowid), count(*) FROM " + quote_name(table) +
                          " GROUP BY " + text::join(group_keys(keys), ", ") + " ORDER BY min(rowid)"));
  const std::string from = select + " FROM " + quote_name(table);
  const idx_t count = partitions.row_count();
  for (idx_t row = 0; row < count; ++row)
    FLOE_TRY(write_partition(partitions, row, keys, from, writer));
  return ok();
}

}  // namespace

Status write_partitions(Statement& statement, const WriteRequest& request, const Source& source,
                        const std::vector<TargetColumn>& targets, FileWriter* writer) {
  // Names of its own in the staged table: a column may be named `rowid`, and ORDER BY takes an alias before a column.
  std::vector<std::string> taken;
  taken.reserve(request.columns.size());
  for (const Column& column : request.columns)
    taken.push_back(column.name);
  std::string staged_list;
  std::string select;
  for (const Column& column : request.columns) {
    const std::string name = unused_name(fmt::format("floe_c{}", &column - request.columns.data()), taken);
    staged_list += quote_name(column.name) + " AS " + name + ", ";
    select += (select.empty() ? "SELECT " : ", ") + name + " AS " + quote_name(column.name);
  }
  std::vector<Key> keys;
  for (const PartitionField& field : request.partition) {
    Key key = FLOE_TRY(make_key(statement, request, field, unused_name(fmt::format("floe_p{}", keys.size()), taken)));
    staged_list += (keys.empty() ? "" : ", ") + key.expression + " AS " + key.name;
    keys.push_back(std::move(key));
  }
  // Sorted by partition: each is one range of row numbers, and its COPY skips the blocks of the others.
  const std::string order = FLOE_TRY(order_by(statement, request, sort_keys(keys)));
  Runner& runner = statement.runner();
  const StagedTable staged{runner, fresh_name(statement.engine(), "floe_partitioned_")};
  FLOE_TRY(runner.run("CREATE TEMP TABLE " + quote_name(staged.name) + " AS SELECT " + staged_list + " FROM (SELECT " +
                      select_list(targets) + " FROM " + source.from + ") AS floe_w" + order));
  return write_each(runner, keys, select, staged.name, writer);
}

}  // namespace floe::duckdb_compute
