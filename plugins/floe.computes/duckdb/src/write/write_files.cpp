#include "write/write_files.hpp"

#include "engine/engine.hpp"
#include "engine/json_levels.hpp"
#include "engine/methods.hpp"
#include "engine/syntax_tree.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

// Does the query end in an ORDER BY? Then its files keep it. Expressions of the query may nest deeper than JSON is
// parsed.
bool has_order(Runner& runner, std::string_view sql) {
  if (lower_name(sql).find("order") == std::string::npos) return false;
  const auto rows = runner.run("SELECT json_serialize_sql(" + quote_text(sql) + ")");
  if (!rows || rows->row_count() != 1) return false;
  const auto tree = parse_tree(shallow_json(rows->text(0, 0), 6));
  const json::array* statements = tree && tree->is_object() ? get_array(tree->get_object(), "statements") : nullptr;
  if (statements == nullptr || statements->empty() || !statements->front().is_object()) return false;
  const json::object* node = get_object(statements->front().get_object(), "node");
  const json::array* modifiers = node != nullptr ? get_array(*node, "modifiers") : nullptr;
  return modifiers != nullptr && std::any_of(modifiers->begin(), modifiers->end(), [](const json::value& modifier) {
           return modifier.is_object() && get_string_or(modifier.get_object(), "type", "") == "ORDER_MODIFIER";
         });
}

// How many rows to expect; -1 when nobody can say. Planning costs as much as running a small query, so DuckDB is asked
// only when what is bound could make many.
std::int64_t expected_rows(Statement& statement, const std::string& from) {
  constexpr std::int64_t kFew = 1'000'000;
  const std::optional<std::int64_t> bound = statement.engine().bound_views().bound_rows();
  if (bound && *bound > 0 && *bound <= kFew) return *bound;
  Runner& runner = statement.runner();
  const auto rows = runner.run("EXPLAIN (FORMAT json) SELECT * FROM " + from);
  if (!rows || rows->row_count() == 0) return -1;
  const std::string text = rows->text(1, 0);
  constexpr std::string_view kKey = "\"Estimated Cardinality\": \"";
  const std::size_t start = text.find(kKey);
  if (start == std::string::npos) return -1;
  return std::atoll(text.c_str() + start + kKey.size());
}

}  // namespace

Result<Source> query_source(Statement& statement, std::string_view sql) {
  Runner& runner = statement.runner();
  const Session::Described& known = statement.session().described;
  Source source;
  if (known.sql == sql && known.layout == statement.engine().bound_views().layout()) {
    source.columns = known.columns;
  } else {
    source.columns = FLOE_TRY(query_columns(runner, sql));
  }
  source.from = as_subquery(sql) + " AS floe_q";
  source.lines = 1;
  source.ordered = has_order(runner, sql);
  return source;
}

Result<Source> table_source(Runner& runner, const std::string& table) {
  Source source;
  source.columns = FLOE_TRY(table_columns(runner, table));
  source.from = quote_name(table);
  const Rows count = FLOE_TRY(runner.run("SELECT count(*) FROM " + source.from));
  source.rows = count.integer(0, 0);
  return source;
}

Result<std::string> transform_sql(Statement& statement, const FieldPath& field, const transform::Transform& transform) {
  using transform::Kind;
  const std::string& name = field.type->name;
  if (field.type->nested())
    return fail(ErrorCode::kInvalidArgument, "a nested column cannot partition or sort a table");
  const bool decimal = name.starts_with("decimal");
  switch (transform.kind) {
    case Kind::kIdentity:
      return field.expression;
    case Kind::kVoid:
      return "CAST(NULL AS " + FLOE_TRY(storage_sql(*field.type)) + ")";
    case Kind::kYear:
      return "floe_year(" + field.expression + ")";
    case Kind::kMonth:
      return "floe_month(" + field.expression + ")";
    case Kind::kDay:
      return "floe_day(" + field.expression + ")";
    case Kind::kHour:
      return "floe_hour(" + field.expression + ")";
    case Kind::kBucket:
      return fmt::format("{}({}, {})", decimal ? "floe_bucket_decimal" : "floe_bucket", transform.parameter,
                         field.expression);
    case Kind::kTruncate:
      break;
    case Kind::kUnknown:
      return failf(ErrorCode::kUnsupported, "the transform `{}` is not known", transform.text);
  }
  std::string function = "floe_truncate";
  if (decimal) {
    const DecimalShape shape = FLOE_TRY(decimal_shape(name));
    function = FLOE_TRY(
        statement.engine().decimal_truncate_function(statement.runner().connection(), shape.precision, shape.scale));
  }
  return fmt::format("{}({}, {})", function, transform.parameter, field.expression);
}

std::string sortable_float(const std::string& expression) { return "(" + expression + " + 0)"; }

Result<std::string> order_by(Statement& statement, const WriteRequest& request, const std::vector<std::string>& first) {
  std::string list;
  for (const std::string& key : first) {
    if (!list.empty()) list += ", ";
    list += key;
  }
  for (const SortField& field : request.sort) {
    const FieldPath path = FLOE_TRY(request.find_field(field.source_id));
    if (!list.empty()) list += ", ";
    const std::string key = FLOE_TRY(transform_sql(statement, path, field.transform));
    const bool is_floating = path.type->name == "float" || path.type->name == "double";
    list += is_floating ? sortable_float(key) : key;
    list += field.descending ? " DESC" : " ASC";
    list += field.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
  return list.empty() ? list : " ORDER BY " + list;
}

Result<std::vector<WrittenFile>> write_source(Statement& statement, const WriteRequest& request, const Source& source) {
  FLOE_TRY(check_columns(source.columns));
  const auto targets = FLOE_TRY(target_columns(request.columns, source));
  FileWriter writer(statement.runner(), request);
  const std::string select = "SELECT " + select_list(targets) + " FROM " + source.from;
  Status written = ok();
  if (!request.partition.empty()) {
    written = write_partitions(statement, request, source, targets, &writer);
  } else if (!request.sort.empty()) {
    // By the stored values: the sort order is of the table's columns, not of the query's.
    const std::string order = FLOE_TRY(order_by(statement, request, {}));
    written = writer.write("SELECT * FROM (" + select + ") AS floe_w" + order, true, source.rows, "{}");
  } else {
    const std::int64_t rows = source.ordered || source.rows >= 0 ? source.rows : expected_rows(statement, source.from);
    written = writer.write(select, source.ordered, rows, "{}");
  }
  if (!written) {
    Error error = explain_misfit(statement.runner(), targets, source, std::move(written).error());
    return shift_lines(std::move(error), source.lines);
  }
  FLOE_TRY(writer.check_values(targets, source));
  return writer.keep();
}

json::array written_to_json(const std::vector<WrittenFile>& files) {
  json::array list;
  for (const WrittenFile& written : files) {
    json::object nans;
    for (const auto& [id, count] : written.nan_counts)
      nans[std::to_string(id)] = count;
    json::object entry{
        {"path", written.file.path}, {"record_count", written.file.rows}, {"file_size_in_bytes", written.file.bytes}};
    auto partition = parse_json(written.partition);
    entry["partition"] = partition ? *std::move(partition) : json::value(json::object());
    entry["nan_value_counts"] = std::move(nans);
    list.push_back(std::move(entry));
  }
  return list;
}

Result<std::string> write_files(Statement& statement, std::string_view request, std::string_view sql) {
  const json::object object = FLOE_TRY(parse_json_object(request));
  const WriteRequest parsed = FLOE_TRY(parse_write_request(object));
  Runner& runner = statement.runner();
  if (!parsed.staged) FLOE_TRY(statement.engine().check_sql(runner, sql));
  const Source source =
      FLOE_TRY(parsed.staged ? table_source(runner, std::string(trim_statement(sql))) : query_source(statement, sql));
  const std::vector<WrittenFile> files = FLOE_TRY(write_source(statement, parsed, source));
  std::int64_t rows = 0;
  for (const WrittenFile& file : files)
    rows += file.file.rows;
  return to_json(json::object{{"files", written_to_json(files)}, {"rows", rows}});
}

}  // namespace floe::duckdb_compute
