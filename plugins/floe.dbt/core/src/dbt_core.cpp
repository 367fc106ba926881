#include "dbt_core.hpp"

#include "answers/answers.hpp"
#include "command_line.hpp"
#include "dbt_log.hpp"
#include "executable.hpp"
#include "http/service.hpp"
#include "linked_project.hpp"
#include "profile.hpp"
#include "results.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/io/process.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "floe/client/host_trace.hpp"
#include "floe/client/warehouse.hpp"

#include <algorithm>
#include <optional>

namespace floe::dbt_core {
namespace {

// A runtime answers a cancel within a second.
constexpr std::int64_t kGraceMs = 700;
constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr int kUnhandled = 2;  // exit code of dbt-core when it could not do the command at all

Result<Config> parse_config(std::string_view text) {
  const json::object parsed = FLOE_TRY(parse_json_object(text.empty() ? "{}" : text));
  Config config;
  for (const auto& [key, value] : parsed) {
    const std::string_view name = key;
    if (name != "executable" && name != "database") {
      return failf(ErrorCode::kInvalidConfig, "unknown key `{}`; accepted are `executable` and `database`", name);
    }
    const std::string path = value.is_string() ? std::string(to_view(value.get_string())) : "";
    if (!io::is_absolute_path(path)) {
      return failf(ErrorCode::kInvalidConfig, "`{}` must be an absolute path", name)
          .with_detail("path", std::string(name));
    }
    (name == "executable" ? config.executable : config.database) = path;
  }
  return config;
}

// What the child gets beside our own environment: no talk home, and the trace.
std::vector<std::pair<std::string, std::string>> child_environment(const Call& call) {
  std::vector<std::pair<std::string, std::string>> out{{"DBT_SEND_ANONYMOUS_USAGE_STATS", "false"},
                                                       {"DO_NOT_TRACK", "1"}};
  const auto service = http::service<HostTraceClient>(call);
  if (!service.has_value()) return out;
  const auto text = service.context(call.raw());
  const auto context = text ? parse_json_object(*text) : Result<json::object>(json::object());
  const json::object* variables = context ? get_object(*context, "environment") : nullptr;
  if (variables == nullptr) return out;
  for (const auto& [name, value] : *variables) {
    if (value.is_string()) out.emplace_back(std::string(name), std::string(to_view(value.get_string())));
  }
  return out;
}

io::ProcessRequest process_of(const Call& call, std::vector<std::string> command, const std::string& directory) {
  io::ProcessRequest request;
  request.command = std::move(command);
  request.working_directory = directory;
  request.environment = child_environment(call);
  request.is_cancelled = [&call] { return call.cancelled(); };
  request.grace_ms = kGraceMs;
  if (call.deadline_unix_ns() != INT64_MAX) {
    const std::int64_t left = call.deadline_unix_ns() - io::make_system_clock()->now_unix_ns();
    request.timeout_ms = std::max<std::int64_t>(1, left / kNanosPerMilli);
  }
  return request;
}

// What a command needs before it starts.
struct Prepared {
  Invocation invocation;
  std::string executable;
  std::string database;
};

Result<Prepared> prepare(const Config& config, std::string_view request, const std::string& command) {
  Prepared out;
  out.invocation = FLOE_TRY(read_request(request, command));
  const std::string& project = out.invocation.project_directory;
  const io::FileInfo info = FLOE_TRY(io::make_disk_file_system()->stat(project));
  if (info.kind != io::FileKind::kDirectory) return failf(ErrorCode::kNotFound, "there is no folder `{}`", project);
  FLOE_TRY(link_project(&out.invocation));
  out.executable = FLOE_TRY(find_executable(config.executable));
  out.database = config.database;
  if (out.database.empty()) {
    out.database = io::join_path(io::parent_path(out.invocation.target_path), "dbt-core/floe.duckdb");
  }
  return out;
}

// One command of dbt-core, from request to result.
class Command {
 public:
  Command(Call& call, Prepared prepared)
      : call_(call),
        invocation_(std::move(prepared.invocation)),
        executable_(std::move(prepared.executable)),
        database_(std::move(prepared.database)),
        warehouse_(http::service<WarehouseClient>(call)) {}

  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // The exit code; the artifacts are in the target path. kData, with findings, when dbt-core could not do it at all.
  Result<int> run() {
    const auto files = io::make_disk_file_system();
    const Status removed = files->remove(io::join_path(invocation_.target_path, "run_results.json"));
    if (!removed && removed.error().code != ErrorCode::kNotFound) return removed.error();
    const Profile profile = FLOE_TRY(Profile::make(call_, invocation_, database_));
    io::ProcessRequest request =
        process_of(call_, command_line(executable_, invocation_, profile.directory()), invocation_.project_directory);
    if (!invocation_.is_listing) request.on_stdout = [this](std::string_view bytes) { log_.write(bytes); };
    io::ProcessResult result = FLOE_TRY(io::run_process(request));
    output_ = std::move(result.standard_output);
    if (result.exit_code >= kUnhandled || (result.exit_code != 0 && invocation_.is_listing)) {
      return refusal(result.standard_error);
    }
    return result.exit_code;
  }

  Result<std::string> result(int exit_code);

  [[nodiscard]] const Invocation& invocation() const { return invocation_; }

 private:
  // Records never fail a command: core remembers what it could not write.
  void record(const json::object& record) const {
    if (warehouse_.has_value()) static_cast<void>(warehouse_.record(call_.raw(), to_json(record)).has_value());
  }

  // `schema.table` of everything in floe's catalog.
  [[nodiscard]] std::vector<std::string> tables_of_floe() const;
  [[nodiscard]] Error refusal(const std::string& standard_error) const;

  Call& call_;
  Invocation invocation_;
  std::string executable_;
  std::string database_;
  WarehouseClient warehouse_;
  DbtLog log_{[this](const json::object& one) { record(one); }};
  std::string output_;
};

std::vector<std::string> Command::tables_of_floe() const {
  std::vector<std::string> out;
  const auto text =
      warehouse_.has_value() ? warehouse_.relations(call_.raw(), "{}") : Result<std::string>(std::string());
  const auto parsed = text ? parse_json_object(*text) : Result<json::object>(json::object());
  const json::array* relations = parsed ? get_array(*parsed, "relations") : nullptr;
  for (const json::value& item : relations == nullptr ? json::array() : *relations) {
    const json::object* relation = item.if_object();
    if (relation == nullptr) continue;
    out.push_back(get_string_or(*relation, "schema", "") + "." + get_string_or(*relation, "identifier", ""));
  }
  return out;
}

Error Command::refusal(const std::string& standard_error) const {
  DiagnosticSink sink;
  for (const Diagnostic& error : log_.errors())
    sink.report(error);
  if (!sink.has_errors()) {
    sink.report(
        error_of_dbt(standard_error.empty() ? (output_.empty() ? log_.other_text() : output_) : standard_error));
  }
  return diagnostics_error(ErrorCode::kData, sink);
}

// Rows of `show`, as `floe show` answers them.
json::value shown(const std::string& preview) {
  const auto rows = preview.empty() ? Result<json::value>(json::value(nullptr)) : parse_json(preview);
  const json::array* list = rows ? rows->if_array() : nullptr;
  if (list == nullptr) return nullptr;
  json::array columns;
  if (!list->empty() && list->front().is_object()) {
    for (const auto& [name, value] : list->front().get_object())
      columns.push_back(json::object{{"name", name}, {"type", ""}});
  }
  return json::object{{"columns", std::move(columns)}, {"rows", *list}};
}

Result<std::string> Command::result(int exit_code) {
  json::object out{
      {"success", exit_code == 0}, {"results", json::array()},
      {"lines", json::array()},    {"show", nullptr},
      {"elapsed_seconds", 0.0},    {"manifest_path", io::join_path(invocation_.target_path, "manifest.json")}};
  if (invocation_.is_listing) {
    for (const std::string_view line : text::split(output_, '\n')) {
      if (!line.empty()) out["lines"].get_array().emplace_back(line);
    }
    return to_json(out);
  }
  out["show"] = shown(log_.preview());
  const auto outcomes = FLOE_TRY(read_outcomes(invocation_));
  if (!outcomes) {
    if (exit_code != 0) return refusal("");
    return to_json(out);
  }
  const bool is_executing = invocation_.command != "compile" && invocation_.command != "show";
  for (const NodeOutcome& node : outcomes->nodes) {
    out["results"].get_array().push_back(node.result);
    // Of a node that never came to run, the log tells nothing.
    if (is_executing && !log_.finished().contains(get_string_or(node.result, "unique_id", ""))) record(node.record);
  }
  out["elapsed_seconds"] = outcomes->elapsed_seconds;
  const auto findings = FLOE_TRY(
      findings_of(*outcomes, invocation_, exit_code == 0 ? std::vector<std::string>() : tables_of_floe(), database_));
  if (!findings.empty()) out["diagnostics"] = diagnostics_to_json(findings);
  return to_json(out);
}

// `  - installed: 1.12.6` and the adapters below `Plugins:`.
json::object runtime_of(const std::string& text) {
  json::object out{{"name", "dbt-core"}, {"version", ""}, {"adapters", json::array()}};
  bool is_core = false;
  bool is_plugin = false;
  for (const std::string_view line : text::split(text, '\n')) {
    if (line.starts_with("Core:")) is_core = true;
    if (line.starts_with("Plugins:")) {
      is_core = false;
      is_plugin = true;
    }
    const std::vector<std::string> words = text::split_words(line);
    if (words.size() >= 3 && words[0] == "-" && is_core && words[1] == "installed:") out["version"] = words[2];
    if (words.size() >= 3 && words[0] == "-" && is_plugin) {
      out["adapters"].get_array().emplace_back(words[1].substr(0, words[1].find(':')));
    }
  }
  out["dbt_version"] = out["version"];
  return out;
}

}  // namespace

std::string DbtCore::validate_config(Call& /*call*/, std::string_view config) {
  const auto parsed = parse_config(config);
  return parsed ? answers::no_problems() : answers::problem(parsed.error());
}

Result<std::unique_ptr<DbtCore>> DbtCore::create(Call& /*call*/, std::string_view config) {
  Config parsed = FLOE_TRY(parse_config(config));
  return std::make_unique<DbtCore>(std::move(parsed));
}

std::string DbtCore::health(Call& /*call*/) {
  const auto found = find_executable(config_.executable);
  return answers::health(found ? std::string() : found.error().message);
}

std::string DbtCore::describe(Call& /*call*/) { return answers::description("core"); }

Result<std::string> DbtCore::invoke(Call& call, std::string_view request) {
  Command command(call, FLOE_TRY(prepare(config_, request, "")));
  const int exit_code = FLOE_TRY(command.run());
  return command.result(exit_code);
}

Result<std::string> DbtCore::parse(Call& call, std::string_view request) {
  Command command(call, FLOE_TRY(prepare(config_, request, "parse")));
  const int exit_code = FLOE_TRY(command.run());
  if (exit_code != 0) return FLOE_TRY(command.result(exit_code));
  return io::make_disk_file_system()->read(io::join_path(command.invocation().target_path, "manifest.json"));
}

Result<std::string> DbtCore::runtime(Call& call) {
  const std::string executable = FLOE_TRY(find_executable(config_.executable));
  const io::ProcessResult result = FLOE_TRY(io::run_process(process_of(call, {executable, "--version"}, "")));
  const json::object found = runtime_of(result.standard_output);
  if (get_string_or(found, "version", "").empty()) {
    return failf(ErrorCode::kUnsupported, "`{}` is not dbt-core", executable);
  }
  return to_json(found);
}

}  // namespace floe::dbt_core
