#include "engine.hpp"
#include "methods.hpp"
#include "sql_text.hpp"
#include "write_files.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

namespace floe::duckdb_compute {
namespace {

struct Key {
  const PartitionField* field = nullptr;
  std::string name;        // of the staged column: floe_p0
  std::string expression;  // over the target's columns
  std::string type;        // DuckDB's, of the value
  std::string json_type;   // Iceberg's, of the value: says how it is written as JSON
};

Result<Key> make_key(Statement& statement, const WriteRequest& request, const PartitionField& field,
                     std::size_t index) {
  using transform::Kind;
  const FieldPath path = FLOE_TRY(request.find_field(field.source_id));
  Key key;
  key.field = &field;
  key.name = fmt::format("floe_p{}", index);
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
  return key.name;
}

// The JSON single value of the Iceberg spec, appendix D.
json::value json_value(const Key& key, const std::string& text) {
  const std::string& type = key.json_type;
  if (type == "boolean") return text == "true";
  if (type == "int" || type == "long") return std::stoll(text);
  if (type == "float" || type == "double") {
    if (text == "nan" || text.ends_with("inf")) return json::value(text);
    return std::stod(text);
  }
  if (type == "date") return json::value(time::format_date(std::stoll(text)));
  if (type == "time") return json::value(time::format_time_micros(std::stoll(text)));
  if (type == "timestamp") return json::value(time::format_timestamp_micros(std::stoll(text)));
  if (type == "timestamptz") return json::value(time::format_timestamptz_micros(std::stoll(text)));
  return json::value(text);
}

std::string predicate(const Key& key, bool is_null, const std::string& text) {
  if (is_null) return key.name + " IS NULL";
  return key.name + " = CAST(" + quote_text(text) + " AS " + key.type + ")";
}

std::string name_list(const std::vector<Key>& keys) {
  std::string list;
  for (const Key& key : keys) {
    if (!list.empty()) list += ", ";
    list += key.name;
  }
  return list;
}

// Drops the staged rows on every way out.
struct StagedTable {
  Runner& runner;
  std::string name;

  ~StagedTable() { runner.run_always("DROP TABLE IF EXISTS " + quote_name(name)); }
};

Status write_each(Runner& runner, const std::vector<Key>& keys, const std::string& select, const std::string& table,
                  FileWriter* writer) {
  std::string list;
  for (const Key& key : keys)
    list += "CAST(" + key.name + " AS VARCHAR), CAST(" + json_source(key) + " AS VARCHAR), ";
  const std::string names = name_list(keys);
  const Rows partitions = FLOE_TRY(runner.run("SELECT " + list + "count(*) FROM " + quote_name(table) + " GROUP BY " +
                                              names + " ORDER BY " + names));
  const std::string from = select + " FROM " + quote_name(table) + " WHERE ";
  const idx_t count = partitions.row_count();
  for (idx_t row = 0; row < count; ++row) {
    json::object values;
    std::string where;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const bool is_null = partitions.is_null(2 * i, row);
      if (i > 0) where += " AND ";
      where += predicate(keys[i], is_null, partitions.text(2 * i, row));
      values[std::to_string(keys[i].field->field_id)] =
          is_null ? json::value(nullptr) : json_value(keys[i], partitions.text(2 * i + 1, row));
    }
    FLOE_TRY(writer->write(from + where, true, partitions.integer(2 * keys.size(), row), to_json(values)));
  }
  return ok();
}

}  // namespace

Status write_partitions(Statement& statement, const WriteRequest& request, const Source& source,
                        const std::vector<TargetColumn>& targets, FileWriter* writer) {
  std::vector<Key> keys;
  std::string key_list;
  std::vector<std::string> key_names;
  for (const PartitionField& field : request.partition) {
    Key key = FLOE_TRY(make_key(statement, request, field, keys.size()));
    key_list += ", " + key.expression + " AS " + key.name;
    key_names.push_back(key.name);
    keys.push_back(std::move(key));
  }
  // Sorted by partition, so that the COPY of one partition skips the blocks of the others.
  const std::string order = FLOE_TRY(order_by(statement, request, key_names));
  Runner& runner = statement.runner();
  const StagedTable staged{runner, fresh_name(statement.engine(), "floe_partitioned_")};
  FLOE_TRY(runner.run("CREATE TEMP TABLE " + quote_name(staged.name) + " AS SELECT *" + key_list + " FROM (SELECT " +
                      select_list(targets) + " FROM " + source.from + ") AS floe_w" + order));
  std::string select;
  for (const Column& column : request.columns) {
    select += select.empty() ? "SELECT " : ", ";
    select += quote_name(column.name);
  }
  return write_each(runner, keys, select, staged.name, writer);
}

}  // namespace floe::duckdb_compute
