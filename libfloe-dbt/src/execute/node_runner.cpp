#include "execute/node_runner.hpp"

#include "execute/sql_position.hpp"
#include "macro/table.hpp"
#include "model/tree.hpp"
#include "parse/parse.hpp"
#include "value/operations.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <cctype>

namespace floe::dbt {
namespace {

// Others create a table once; more only when they keep dropping and creating it.
constexpr int kMostBuilds = 5;

std::string upper(const std::string& text) { return text::to_upper_ascii(text); }

std::string counted(std::int64_t count) { return fmt::format("{} {}", count, count == 1 ? "result" : "results"); }

// dbt's first row of a test: failures, should_warn, should_error.
struct TestRow {
  std::int64_t failures = 0;
  bool should_warn = false;
  bool should_error = false;
};

bool as_flag(const Value& value) {
  if (value.is_string()) return text::equals_ignore_case_ascii(value.as_string(), "true") || value.as_string() == "1";
  return truth(value);
}

Result<TestRow> read_test_row(const Value& table) {
  const TableObject* rows = as_table(table);
  if (rows == nullptr || rows->rows.size() != 1 || rows->rows[0].size() < 3) {
    return floe::fail(ErrorCode::kData,
                      "dbt internally failed to execute the test: it must return one row with failures, "
                      "should_warn and should_error");
  }
  const std::vector<Value>& row = rows->rows[0];
  TestRow out;
  // dbt takes integers and decimals; a text is no number whatever it says.
  const bool is_number = !row[0].is_none() && !row[0].is_string() && !row[0].is_bool();
  const Value count = is_number ? to_int(row[0]) : Value();
  if (!count.is_int()) {
    return floe::failf(ErrorCode::kData,
                       "the test counts its failures with `fail_calc`, which is no number here but {}",
                       row[0].is_none()     ? "NULL"
                       : row[0].is_string() ? fmt::format("the text `{}`", row[0].as_string())
                                            : fmt::format("{}", truth(row[0])));
  }
  out.failures = count.as_int();
  out.should_warn = as_flag(row[1]);
  out.should_error = as_flag(row[2]);
  return out;
}

}  // namespace

void take_cause(const Error& error, Diagnostic* finding) {
  const std::string* carried = error.detail("floe.diagnostics");
  if (carried == nullptr) return;
  auto causes = diagnostics_from_json(*carried);
  if (!causes || causes->empty()) return;
  Diagnostic& cause = causes->front();
  finding->code = std::move(cause.code);
  finding->name = std::move(cause.name);
  finding->message = std::move(cause.message);
  // The place of the finding is the model; what the cause points at, such as a damaged file, is a note.
  if (const Span* place = cause.primary()) {
    cause.notes.insert(cause.notes.begin(), fmt::format("it is about `{}`", place->file));
  }
  finding->notes.insert(finding->notes.begin(), cause.notes.begin(), cause.notes.end());
  finding->helps.insert(finding->helps.begin(), cause.helps.begin(), cause.helps.end());
}

std::string node_relation_json(const Node& node) {
  if (!node.relation_name) return "";
  return to_json(json::object{{"database", node.database}, {"schema", node.schema}, {"identifier", node.alias}});
}

void NodeRunner::fail(const Node& node, const Error& error, NodeRun* run) {
  run->is_cancelled = error.code == ErrorCode::kCancelled;
  run->result.status = "error";
  run->result.message = error.message;
  Diagnostic finding = render_diagnostic(session_, node, error);
  take_cause(error, &finding);
  finding.message = fmt::format("{} `{}` failed: {}", resource_type_name(node.type), node.name,
                                finding.message.substr(0, finding.message.find('\n')));
  std::string_view rest = error.message;
  if (auto span = sql_position(node, error.message)) {
    rest = without_excerpt(rest);
    finding.labels.clear();
    finding.labels.push_back({std::move(*span), "", true});
  }
  if (const auto newline = rest.find('\n'); newline != std::string_view::npos) {
    finding.notes.emplace_back(rest.substr(newline + 1));
  }
  run->finding = std::move(finding);
}

Status NodeRunner::materialize(Node& node, RenderScope& scope, NodeRun* run) {
  std::string name(node.materialized());
  if (node.type == ResourceType::kTest) name = "test";
  if (node.type == ResourceType::kSeed) name = "seed";
  const Macro* macro = session_.macros.materialization(name);
  if (macro == nullptr) {
    return floe::fail(
        ErrorCode::kInvalidConfig,
        fmt::format("No materialization '{}' was found for adapter {}! (searched types 'default' and '{}')", name,
                    session_.workspace->target.type, session_.workspace->target.type));
  }
  FLOE_TRY(call(scope.macro_value(*macro), {}, {}, scope));
  if (node.type == ResourceType::kTest) return evaluate_test(node, scope, run);
  run->result.status = "success";
  const Value result = scope.find_result("main");
  if (result.is_none()) return ok();
  const Value response = get_item(result, Value("response"));
  run->result.message = to_str(response);
  run->result.adapter_response = Value::dict({{"_message", Value(run->result.message)}});
  return ok();
}

void NodeRunner::report_test(const Node& node, NodeRun* run) {
  std::string message = run->result.message;
  message.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(message.front())));
  const bool is_generic = node.yaml_span.valid();
  const bool is_warning = run->result.status == "warn";
  Diagnostic verdict =
      is_warning
          ? warning_diagnostic("FLOE-W0632", "test-warned", fmt::format("test `{}` warns: {}", node.name, message))
          : error_diagnostic("FLOE-E0632", "test-failed", fmt::format("test `{}` failed: {}", node.name, message));
  run->finding = std::move(verdict)
                     .at(is_generic ? node.yaml_span : Span{node.file, node.first_line, 1, node.first_line, 1},
                         is_generic ? "demanded here" : "")
                     .help(fmt::format("`floe dbt show --select {}` prints the rows that break it", node.name))
                     .addressed(node.unique_id);
}

Status NodeRunner::evaluate_test(const Node& node, const RenderScope& scope, NodeRun* run) {
  const Value result = scope.find_result("main");
  if (result.is_none()) return floe::fail(ErrorCode::kData, "the test ran no statement named `main`");
  const TestRow row = FLOE_TRY(read_test_row(get_item(result, Value("table"))));
  const std::string severity = upper(find_text(node.config, "severity").value_or("ERROR"));
  const std::string error_if = find_text(node.config, "error_if").value_or("!= 0");
  const std::string warn_if = find_text(node.config, "warn_if").value_or("!= 0");
  // dbt counts the failures of a test that passes as none, whatever `error_if` lets pass.
  run->result.failures = 0;
  if (severity == "ERROR" && row.should_error) {
    run->result.status = "fail";
    run->result.message = fmt::format("Got {}, configured to fail if {}", counted(row.failures), error_if);
  } else if (row.should_warn) {
    const bool is_error = find_bool(session_.flags, "WARN_ERROR", false);
    run->result.status = is_error ? "fail" : "warn";
    run->result.message =
        fmt::format("Got {}, configured to {} if {}", counted(row.failures), is_error ? "fail" : "warn", warn_if);
  } else {
    run->result.status = "pass";
  }
  if (run->result.status == "pass") return ok();
  run->result.failures = row.failures;
  report_test(node, run);
  return ok();
}

Status NodeRunner::build(Node& node, NodeBackend& backend, bool executes, NodeRun* run) {
  const std::int64_t compile_start = now_micros();
  RenderScope scope(session_, ScopeMode::kRun,
                    {.node = &node, .macro = nullptr, .package = {}, .backend = &backend, .recorder = nullptr});
  try {
    FLOE_TRY(compiler_.compile(node, scope, backend));
    const std::int64_t execute_start = now_micros();
    run->result.timing = {{"compile", compile_start, execute_start}};
    if (!executes) {
      run->result.status = "success";
      return ok();
    }
    // A fresh scope: what compiling cached (is_incremental, ...) stays, but `sql` and `model` are those of now.
    RenderScope run_scope(session_, ScopeMode::kRun,
                          {.node = &node, .macro = nullptr, .package = {}, .backend = &backend, .recorder = nullptr});
    for (const Value& relation : scope.relations())
      run_scope.note_relation(relation);
    Status status = materialize(node, run_scope, run);
    run->result.timing.push_back({"execute", execute_start, now_micros()});
    return status;
  } catch (const PythonException& exception) {
    return to_error(exception);
  }
}

Status NodeRunner::build_until_free(Node& node, floe_call* call, bool executes, NodeRun* run) {
  for (int builds = 1;; ++builds) {
    // A backend for each: the temporary tables and macros of the last one are gone.
    NodeBackend backend(session_, warehouse_, call, node.unique_id);
    Status status = build(node, backend, executes, run);
    run->outcome = backend.outcome();
    if (status || !backend.met_others() || builds == kMostBuilds) return status;
  }
}

NodeRun NodeRunner::run(Node& node, floe_call* call, bool executes) {
  NodeRun run;
  run.result.unique_id = node.unique_id;
  run.started_at_ns = session_.clock->now_unix_ns();
  const Status status = build_until_free(node, call, executes, &run);
  if (!status) fail(node, status.error(), &run);
  run.finished_at_ns = session_.clock->now_unix_ns();
  run.result.execution_seconds = static_cast<double>(run.finished_at_ns - run.started_at_ns) / 1e9;
  return run;
}

NodeRun NodeRunner::run_hook(Node& hook, floe_call* call, const Value& results,
                             const std::vector<std::string>& schemas) {
  NodeRun run;
  run.result.unique_id = hook.unique_id;
  run.started_at_ns = session_.clock->now_unix_ns();
  NodeBackend backend(session_, warehouse_, call, hook.unique_id);
  RenderScope scope(session_, ScopeMode::kOperation,
                    {.node = &hook, .macro = nullptr, .package = {}, .backend = &backend, .recorder = nullptr});
  std::vector<Value> schema_values;
  std::vector<Value> pairs;
  for (const std::string& schema : schemas) {
    schema_values.emplace_back(schema);
    pairs.push_back(Value::tuple({Value("floe"), Value(schema)}));
  }
  scope.set("results", results);
  scope.set("schemas", Value::list(std::move(schema_values)));
  scope.set("database_schemas", Value::list(std::move(pairs)));
  Status status = ok();
  try {
    auto sql = session_.text.render(*hook.tpl, scope);
    if (!sql) {
      status = std::move(sql).error();
    } else if (!text::trim(*sql).empty()) {
      hook.compilation.compiled_code = *sql;
      hook.compilation.compiled = true;
      auto executed = backend.execute(*sql, scope);
      if (!executed) status = std::move(executed).error();
    }
  } catch (const PythonException& exception) {
    status = to_error(exception);
  }
  run.result.status = "success";
  run.result.message = "OK";
  if (!status) fail(hook, status.error(), &run);
  run.finished_at_ns = session_.clock->now_unix_ns();
  run.result.execution_seconds = static_cast<double>(run.finished_at_ns - run.started_at_ns) / 1e9;
  return run;
}

}  // namespace floe::dbt
