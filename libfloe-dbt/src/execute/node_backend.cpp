#include "execute/node_backend.hpp"

#include "execute/merge_clauses.hpp"
#include "execute/node_compiler.hpp"
#include "execute/query_table.hpp"
#include "macro/agate_csv.hpp"
#include "model/tree.hpp"
#include "project/source_file.hpp"
#include "value/exception.hpp"
#include "value/json.hpp"
#include "value/method_arguments.hpp"
#include "value/operations.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace floe::dbt {
namespace {

// The value of a Result, or its Error raised into the template.
template <class T>
T must(Result<T> result) {
  if (!result.has_value()) raise_error(std::move(result).error());
  return *std::move(result);
}

void must(Status status) {
  if (!status.has_value()) raise_error(std::move(status).error());
}

Value argument(const Arguments& arguments, std::size_t index, std::string_view name) {
  const Value* found = argument_at(arguments, index, name);
  return found == nullptr || found->is_undefined() ? Value() : *found;
}

std::string text_argument(const Arguments& arguments, std::size_t index, std::string_view name) {
  const Value value = argument(arguments, index, name);
  return value.is_none() ? std::string() : to_str(value);
}

const RelationObject& relation_argument(const Arguments& arguments, std::size_t index, std::string_view name) {
  const Value* found = argument_at(arguments, index, name);
  const RelationObject* relation = found == nullptr ? nullptr : as_relation(*found);
  if (relation == nullptr) raise(ExceptionKind::kTypeError, fmt::format("`{}` must be a relation", name));
  return *relation;
}

json::object relation_json(const RelationObject& relation) {
  return json::object{{"database", relation.database.value_or("floe")},
                      {"schema", relation.schema.value_or("main")},
                      {"identifier", relation.identifier.value_or("")}};
}

// For what needs no session: the warehouse is told which node asks.
std::string node_request(const RelationObject& relation, const std::string& node_id) {
  json::object request = relation_json(relation);
  request["node_id"] = node_id;
  return to_json(request);
}

json::value to_json_value(const Value& value) {
  auto parsed = parse_json(dump_json(value));
  return parsed.has_value() ? *std::move(parsed) : json::value(nullptr);
}

json::array relation_array(const RenderScope& scope) {
  json::array out;
  for (const Value& value : scope.relations()) {
    const RelationObject* relation = as_relation(value);
    if (relation != nullptr && relation->identifier) out.push_back(relation_json(*relation));
  }
  return out;
}

// The first word of a statement, comments skipped.
std::string first_word(std::string_view sql) {
  for (std::size_t at = 0; at < sql.size();) {
    if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*") {
      const auto end = sql.find("*/", at + 2);
      at = end == std::string_view::npos ? sql.size() : end + 2;
    } else if (sql[at] == ' ' || sql[at] == '\n' || sql[at] == '\t' || sql[at] == '\r' || sql[at] == '(' ||
               sql[at] == ';') {
      ++at;
    } else {
      std::size_t end = at;
      while (end < sql.size() && ((sql[end] | 0x20) >= 'a' && (sql[end] | 0x20) <= 'z'))
        ++end;
      return text::to_lower_ascii(sql.substr(at, end - at));
    }
  }
  return "";
}

bool reads(std::string_view sql) {
  const std::string word = first_word(sql);
  for (const char* known : {"select", "with", "from", "values", "describe", "show", "explain", "summarize", "pragma",
                            "table", "pivot", "unpivot"}) {
    if (word == known) return true;
  }
  return false;
}

Value relation_of_entry(const json::object& entry, const Quoting& quoting) {
  const RelationType type =
      get_string_or(entry, "type", "table") == "view" ? RelationType::kView : RelationType::kTable;
  const RelationPolicy policy{quoting.database.value_or(true), quoting.schema.value_or(true),
                              quoting.identifier.value_or(true)};
  return make_relation(get_string_or(entry, "database", "floe"), get_string_or(entry, "schema", ""),
                       get_string_or(entry, "identifier", ""), type, policy);
}

Value column_list(const std::string& answer) {
  const json::object object = must(parse_json_object(answer));
  std::vector<Value> columns;
  if (const json::array* list = get_array(object, "columns")) {
    for (const json::value& item : *list) {
      const json::object& column = item.as_object();
      columns.push_back(make_column(get_string_or(column, "name", ""), get_string_or(column, "sql_type", "")));
    }
  }
  return Value::list(std::move(columns));
}

}  // namespace

std::string relations_options(const RenderScope& scope) {
  return to_json(json::object{{"relations", relation_array(scope)}});
}

NodeBackend::NodeBackend(Session& session, WarehouseClient warehouse, floe_call* call, std::string node_id)
    : dbt_session_(session), warehouse_(warehouse), call_(call), node_id_(std::move(node_id)) {}

NodeBackend::~NodeBackend() {
  // The node is done either way: a failure to close has nobody to tell.
  if (session_) static_cast<void>(warehouse_.close_session(call_, *session_).has_value());
}

Result<std::uint64_t> NodeBackend::session() {
  if (!session_) {
    session_ = FLOE_TRY(warehouse_.open_session(call_, to_json(json::object{{"node_id", node_id_}})));
  }
  return *session_;
}

Result<Value> NodeBackend::query(std::string_view sql, const RenderScope& scope, std::int64_t limit) {
  const std::uint64_t handle = FLOE_TRY(session());
  auto answer = FLOE_TRY(warehouse_.query(call_, handle, sql, relations_options(scope)));
  return read_query_table(std::move(answer.rows), limit);
}

Result<std::string> NodeBackend::execute(std::string_view sql, const RenderScope& scope) {
  const std::uint64_t handle = FLOE_TRY(session());
  return warehouse_.execute(call_, handle, sql, relations_options(scope));
}

void NodeBackend::write_run_file(Node& node, std::string_view sql) {
  const std::string base = io::join_path(dbt_session_.workspace->target_path, "run/" + node.package_name);
  const std::string path = io::join_path(base, written_path(node));
  must(dbt_session_.files->create_directories(io::parent_path(path)));
  must(dbt_session_.files->write_atomic(path, sql, io::Durability::kFast));
  node.build_path = io::relative_path(path, dbt_session_.workspace->root->root);
}

NodeBackend::Method NodeBackend::find_method(std::string_view name) {
  static const std::map<std::string_view, Method> kMethods = {
      {"execute", &NodeBackend::execute_method},
      {"add_query", &NodeBackend::add_query},
      {"get_relation", &NodeBackend::get_relation},
      {"list_relations", &NodeBackend::list_relations},
      {"list_relations_without_caching", &NodeBackend::list_relations_without_caching},
      {"check_schema_exists", &NodeBackend::check_schema_exists},
      {"get_columns_in_relation", &NodeBackend::get_columns_in_relation},
      {"get_column_schema_from_query", &NodeBackend::get_column_schema_from_query},
      {"create_schema", &NodeBackend::create_schema},
      {"drop_schema", &NodeBackend::drop_schema},
      {"drop_relation", &NodeBackend::drop_relation},
      {"truncate_relation", &NodeBackend::truncate_relation},
      {"rename_relation", &NodeBackend::rename_relation},
      {"comment", &NodeBackend::comment},
      {"write", &NodeBackend::write},
      {"create_view", &NodeBackend::create_view},
      {"load_file", &NodeBackend::load_file},
      {"expand_target_column_types", &NodeBackend::nothing},
      {"reset_csv_table", &NodeBackend::nothing},
  };
  const auto found = kMethods.find(name);
  return found == kMethods.end() ? nullptr : found->second;
}

bool NodeBackend::call(std::string_view name, Arguments& arguments, RenderScope& scope, Value* out) {
  const Method method = find_method(name);
  if (method == nullptr) return false;
  *out = (this->*method)(arguments, scope);
  return true;
}

Value NodeBackend::nothing(Arguments& /*arguments*/, RenderScope& /*scope*/) { return {}; }

Value NodeBackend::execute_method(Arguments& arguments, RenderScope& scope) {
  Value bound[4] = {Value(), Value(), Value(), Value()};
  bind_arguments("execute", arguments, {"sql", "auto_begin", "fetch", "limit"}, 1, bound);
  const std::string sql = to_str(bound[0]);
  const bool fetches = !bound[2].is_missing() && truth(bound[2]);
  if (!reads(sql)) {
    must(execute(sql, scope));
    return Value::tuple({make_adapter_response("OK", "OK", std::nullopt), make_empty_table()});
  }
  const std::int64_t limit = bound[3].is_int() ? bound[3].as_int() : -1;
  Value table = must(query(sql, scope, fetches ? limit : 0));
  return Value::tuple({make_adapter_response("OK", "SELECT", std::nullopt), std::move(table)});
}

Value NodeBackend::add_query(Arguments& arguments, RenderScope& scope) {
  must(execute(text_argument(arguments, 0, "sql"), scope));
  return Value::tuple({Value(), Value()});
}

std::vector<Value> NodeBackend::relations_of(const std::optional<std::string>& schema) {
  json::value wanted = nullptr;
  if (schema) wanted = json::value(*schema);
  const std::string answer = must(warehouse_.relations(call_, to_json(json::object{{"schema", std::move(wanted)}})));
  const json::object object = must(parse_json_object(answer));
  std::vector<Value> out;
  if (const json::array* list = get_array(object, "relations")) {
    for (const json::value& entry : *list) {
      out.push_back(relation_of_entry(entry.as_object(), dbt_session_.workspace->root->quoting));
    }
  }
  return out;
}

Value NodeBackend::get_relation(Arguments& arguments, RenderScope& /*scope*/) {
  const std::string schema = text_argument(arguments, 1, "schema");
  const std::string identifier = text_argument(arguments, 2, "identifier");
  for (const Value& value : relations_of(schema)) {
    const RelationObject* relation = as_relation(value);
    if (relation->identifier && text::equals_ignore_case_ascii(*relation->identifier, identifier)) return value;
  }
  return {};
}

Value NodeBackend::list_relations(Arguments& arguments, RenderScope& /*scope*/) {
  return Value::list(relations_of(text_argument(arguments, 1, "schema")));
}

Value NodeBackend::list_relations_without_caching(Arguments& arguments, RenderScope& /*scope*/) {
  return Value::list(relations_of(relation_argument(arguments, 0, "schema_relation").schema));
}

Value NodeBackend::check_schema_exists(Arguments& arguments, RenderScope& /*scope*/) {
  return Value(!relations_of(text_argument(arguments, 1, "schema")).empty());
}

Value NodeBackend::get_columns_in_relation(Arguments& arguments, RenderScope& /*scope*/) {
  const RelationObject& relation = relation_argument(arguments, 0, "relation");
  return column_list(must(warehouse_.columns(call_, node_request(relation, node_id_))));
}

Value NodeBackend::get_column_schema_from_query(Arguments& arguments, RenderScope& scope) {
  const std::uint64_t handle = must(session());
  return column_list(
      must(warehouse_.describe_query(call_, handle, text_argument(arguments, 0, "sql"), relations_options(scope))));
}

Value NodeBackend::create_schema(Arguments& arguments, RenderScope& /*scope*/) {
  must(warehouse_.create_namespace(call_, relation_argument(arguments, 0, "relation").schema.value_or("main")));
  return {};
}

Value NodeBackend::drop_schema(Arguments& arguments, RenderScope& /*scope*/) {
  must(warehouse_.drop_namespace(call_, relation_argument(arguments, 0, "relation").schema.value_or("main")));
  return {};
}

Value NodeBackend::drop_relation(Arguments& arguments, RenderScope& /*scope*/) {
  must(warehouse_.drop(call_, node_request(relation_argument(arguments, 0, "relation"), node_id_)));
  return {};
}

Value NodeBackend::truncate_relation(Arguments& arguments, RenderScope& /*scope*/) {
  must(warehouse_.truncate(call_, node_request(relation_argument(arguments, 0, "relation"), node_id_)));
  return {};
}

Value NodeBackend::rename_relation(Arguments& arguments, RenderScope& /*scope*/) {
  must(warehouse_.rename(call_, node_request(relation_argument(arguments, 0, "from_relation"), node_id_),
                         node_request(relation_argument(arguments, 1, "to_relation"), node_id_)));
  return {};
}

Value NodeBackend::comment(Arguments& arguments, RenderScope& /*scope*/) {
  json::object relation = relation_json(relation_argument(arguments, 0, "relation"));
  relation["node_id"] = node_id_;
  json::object request{{"relation", std::move(relation)}};
  const Value text = argument(arguments, 1, "comment");
  if (!text.is_none()) request["comment"] = to_str(text);
  json::object columns;
  const Value given = argument(arguments, 2, "columns");
  if (given.is_dict()) {
    for (const Value& name : to_vector(given)) {
      columns[to_str(name)] = find_text(get_item(given, name), "description").value_or("");
    }
  }
  request["columns"] = std::move(columns);
  must(warehouse_.comment(call_, to_json(request)));
  return {};
}

void NodeBackend::note_outcome(std::string_view answer) {
  const json::object object = must(parse_json_object(answer));
  outcome_.rows = get_int(object, "rows");
  outcome_.bytes = get_int(object, "bytes");
  outcome_.snapshot_id = get_string_or(object, "snapshot_id", "");
}

Value NodeBackend::write(Arguments& arguments, RenderScope& scope) {
  const std::string sql = text_argument(arguments, 1, "sql");
  const std::string mode = text_argument(arguments, 2, "mode");
  const std::uint64_t handle = must(session());
  // A second write of one node is another step, not a repetition of the first.
  const std::string step = writes_ == 0 ? "main" : "write-" + std::to_string(writes_ + 1);
  ++writes_;
  json::object request{{"relation", relation_json(relation_argument(arguments, 0, "relation"))},
                       {"sql", sql},
                       {"mode", mode},
                       {"node_id", node_id_},
                       {"step", step},
                       {"relations", relation_array(scope)}};
  for (const char* key : {"unique_key", "predicates", "on_schema_change"}) {
    const Value* value = arguments.find(key);
    if (value != nullptr && !value->is_none() && !value->is_undefined()) request[key] = to_json_value(*value);
  }
  if (request.contains("predicates") && request["predicates"].is_string()) {
    request["predicates"] = json::array{request["predicates"]};
  }
  const Value options = argument(arguments, 3, "options");
  if (options.is_dict()) {
    for (const char* key : {"partition_by", "sort_by", "properties"}) {
      const Value* value = find_key(options, key);
      if (value == nullptr || value->is_none()) continue;
      request[key] = to_json_value(value->is_string() ? Value::list({*value}) : *value);
    }
  }
  if (mode == "merge") {
    std::vector<std::string> names;
    const json::object described =
        must(parse_json_object(must(warehouse_.describe_query(call_, handle, sql, relations_options(scope)))));
    for (const json::value& column : *must(require_array(described, "columns"))) {
      names.push_back(get_string_or(column.as_object(), "name", ""));
    }
    const auto named = [&](const char* key) {
      const Value* value = arguments.find(key);
      return value == nullptr ? Value() : *value;
    };
    request["clauses"] =
        merge_clauses({named("merge_update_columns"), named("merge_exclude_columns"), named("merge_update_condition"),
                       named("merge_insert_condition"), named("merge_update_set_expressions"), named("merge_clauses")},
                      names);
  }
  auto written = warehouse_.write(call_, handle, to_json(request));
  met_others_ = !written.has_value() && written.error().code == ErrorCode::kAlreadyExists;
  note_outcome(must(std::move(written)));
  return make_adapter_response("OK", "OK", outcome_.rows);
}

Value NodeBackend::create_view(Arguments& arguments, RenderScope& scope) {
  const std::uint64_t handle = must(session());
  const json::object request{{"relation", relation_json(relation_argument(arguments, 0, "relation"))},
                             {"sql", text_argument(arguments, 1, "sql")},
                             {"node_id", node_id_},
                             {"relations", relation_array(scope)}};
  must(warehouse_.create_view(call_, handle, to_json(request)));
  return make_adapter_response("OK", "OK", std::nullopt);
}

Value NodeBackend::load_file(Arguments& arguments, RenderScope& scope) {
  const Node* node = scope.node();
  if (node == nullptr) raise(ExceptionKind::kCompilation, "load_file() works for seeds only");
  const std::string path = io::join_path(node->root_path, node->original_file_path);
  const std::string text = must(io::read_document(*dbt_session_.files, path, kMaxSeedBytes));
  CsvOptions options;
  const std::string delimiter = text_argument(arguments, 2, "delimiter");
  if (!delimiter.empty()) options.delimiter = delimiter[0];
  const Value overrides = argument(arguments, 3, "column_types");
  if (overrides.is_dict()) {
    for (const Value& name : to_vector(overrides))
      options.text_columns.push_back(to_str(name));
  }
  json::array columns;
  for (const CsvColumn& column : must(infer_csv_columns(text, options))) {
    const auto configured = overrides.is_dict() ? find_text(overrides, column.name) : std::nullopt;
    columns.push_back(json::object{{"name", column.name}, {"sql_type", configured.value_or(column.sql_type)}});
  }
  const std::uint64_t handle = must(session());
  const json::object request{
      {"relation", relation_json(relation_argument(arguments, 0, "relation"))},
      {"format", "csv"},
      {"paths", json::array{json::value(path)}},
      {"options", json::object{{"header", true}, {"delimiter", std::string(1, options.delimiter)}}},
      {"columns", std::move(columns)},
      {"mode", "replace"},
      {"node_id", node_id_}};
  note_outcome(must(warehouse_.load_file(call_, handle, to_json(request))));
  return make_adapter_response(fmt::format("INSERT {}", outcome_.rows.value_or(0)), "INSERT", outcome_.rows);
}

}  // namespace floe::dbt
