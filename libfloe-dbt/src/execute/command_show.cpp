// show and compile --inline: one query. run-operation: one macro.
#include "execute/command.hpp"
#include "execute/node_runner.hpp"
#include "macro/table.hpp"
#include "model/tree.hpp"
#include "parse/parse.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::dbt {
namespace {

constexpr std::int64_t kDefaultLimit = 5;

struct Compiled {
  std::string sql;
  std::vector<Value> relations;
};

json::value cell_json(const Value& value) {
  if (value.is_none()) return nullptr;
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  return json::value(to_str(value));
}

std::string type_text(const json::value& type) {
  return type.is_string() ? std::string(to_view(type.get_string())) : to_json(type);
}

Result<json::object> rows_answer(const Value& table, const json::array& columns) {
  const TableObject* rows = as_table(table);
  json::array names;
  for (std::size_t i = 0; i < std::min(columns.size(), rows->column_names.size()); ++i) {
    // The table's names, not the query's: a query may repeat one.
    names.push_back(
        json::object{{"name", rows->column_names[i]}, {"type", type_text(columns[i].as_object().at("type"))}});
  }
  json::array out;
  for (const auto& row : rows->rows) {
    json::object line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line[rows->column_names[i]] = cell_json(row[i]);
    out.push_back(std::move(line));
  }
  return json::object{{"columns", std::move(names)}, {"rows", std::move(out)}};
}

// SQL given on the command line, as dbt's inline query.
Result<Node> inline_node(const CommandInput& input, const std::string& sql) {
  Node node;
  node.type = ResourceType::kAnalysis;
  node.name = "inline_query";
  node.package_name = input.session.workspace->root->name;
  node.unique_id = "sql_operation." + node.package_name + ".inline_query";
  node.file = "--inline";
  node.original_file_path = "sql/inline_query";
  node.path = node.original_file_path;
  node.raw_code = sql;
  node.tpl = FLOE_TRY(input.session.text.parse(sql, node.unique_id));
  return node;
}

Error with_place(const CommandInput& input, const Node& node, const Error& error) {
  return diagnostics_error(ErrorCode::kData, render_diagnostic(input.session, node, error));
}

// The one node that --select names; a model that tests are selected with.
Result<Node*> selected_node(const CommandInput& input) {
  const auto selected =
      FLOE_TRY(select_nodes(input, {ResourceType::kModel, ResourceType::kTest, ResourceType::kAnalysis}));
  Node* node = nullptr;
  for (const std::string_view id : selected.unique_ids) {
    Node* candidate = input.session.manifest.find_node(id);
    if (candidate == nullptr || (candidate->type == ResourceType::kTest && node != nullptr)) continue;
    if (node != nullptr && node->type != ResourceType::kTest) {
      return fail(ErrorCode::kInvalidArgument, "`dbt show` prints one node; the selection names several");
    }
    node = candidate;
  }
  if (node != nullptr) return node;
  return fail(ErrorCode::kInvalidArgument, "name one node with --select, or give SQL with --inline");
}

// SQL that fails is a finding about the project, not a mistake in the command.
Error sql_error(Error error) {
  if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kData;
  return error;
}

}  // namespace

Result<json::object> show_command(const CommandInput& input) {
  Node made;
  Node* node = nullptr;
  ScopeMode mode = ScopeMode::kRun;
  if (const auto sql = get_string(input.args, "inline")) {
    made = FLOE_TRY(inline_node(input, *sql));
    node = &made;
    mode = ScopeMode::kOperation;
  } else {
    node = FLOE_TRY(selected_node(input));
  }
  NodeRunner runner(input.session, input.warehouse);
  NodeBackend backend(input.session, input.warehouse, input.call, node->unique_id);
  RenderScope scope(input.session, mode,
                    {.node = node, .macro = nullptr, .package = {}, .backend = &backend, .recorder = nullptr});
  if (const Status compiled = runner.compiler().compile(*node, scope, backend); !compiled) {
    return with_place(input, *node, compiled.error());
  }
  json::object answer = empty_answer();
  const std::string& sql = node->compilation.compiled_code;
  if (input.command == "compile") {
    answer["lines"] = json::array{json::value(sql)};
    return answer;
  }
  const std::int64_t limit = get_int(input.args, "limit").value_or(kDefaultLimit);
  const std::string limited = limit < 0 ? sql : fmt::format("select * from (\n{}\n) as floe_show limit {}", sql, limit);
  const std::uint64_t session = FLOE_TRY(backend.session());
  const auto described = input.warehouse.describe_query(input.call, session, sql, relations_options(scope));
  if (!described) return sql_error(described.error());
  const json::object columns = FLOE_TRY(parse_json_object(*described));
  const auto table = backend.query(limited, scope);
  if (!table) return sql_error(table.error());
  const json::array* column_list = FLOE_TRY(require_array(columns, "columns"));
  answer["show"] = FLOE_TRY(rows_answer(*table, *column_list));
  return answer;
}

Result<json::object> operation_command(const CommandInput& input) {
  const std::string name = FLOE_TRY(require_string(input.args, "macro"));
  const auto dot = name.find('.');
  const std::string& root = input.session.workspace->root->name;
  const Macro* macro = dot == std::string::npos
                           ? input.session.macros.resolve(root, name)
                           : input.session.macros.in_package(name.substr(0, dot), name.substr(dot + 1));
  if (macro == nullptr) return failf(ErrorCode::kNotFound, "there is no macro `{}`", name);
  NodeBackend backend(input.session, input.warehouse, input.call, macro->unique_id);
  RenderScope scope(input.session, ScopeMode::kOperation,
                    {.node = nullptr, .macro = macro, .package = {}, .backend = &backend, .recorder = nullptr});
  std::vector<NamedValue> named;
  if (const json::object* args = get_object(input.args, "args")) {
    const Value values = FLOE_TRY(load_json(to_json(*args)));
    for (const Value& key : to_vector(values))
      named.push_back({key, get_item(values, key)});
  }
  const std::int64_t started = input.session.clock->monotonic_ns();
  auto result = call(scope.macro_value(*macro), {}, named, scope);
  const double seconds = static_cast<double>(input.session.clock->monotonic_ns() - started) / 1e9;
  json::object answer = empty_answer();
  answer["success"] = result.has_value();
  answer["elapsed_seconds"] = seconds;
  answer["results"] = json::array{
      json::object{{"unique_id", macro->unique_id},
                   {"status", result.has_value() ? "success" : "error"},
                   {"message", result.has_value() ? json::value(nullptr) : json::value(result.error().message)},
                   {"failures", nullptr},
                   {"seconds", seconds},
                   {"rows", nullptr},
                   {"snapshot_id", nullptr}}};
  if (!result) {
    if (result.error().code == ErrorCode::kCancelled) return result.error();
    Node place;
    place.unique_id = macro->unique_id;
    place.file = macro->file;
    place.first_line = macro->first_line;
    DiagnosticSink sink;
    Diagnostic finding = render_diagnostic(input.session, place, result.error());
    finding.message = result.error().message;
    take_cause(result.error(), &finding);
    finding.message = fmt::format("macro `{}` failed: {}", name, finding.message);
    sink.report(std::move(finding));
    answer["diagnostics"] = diagnostics_to_json(sink.sorted());
  }
  return answer;
}

}  // namespace floe::dbt
