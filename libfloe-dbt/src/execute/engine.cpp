#include "execute/engine.hpp"

#include "artifact/artifact.hpp"
#include "execute/command.hpp"
#include "model/dbt_version.hpp"
#include "parse/parse.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

namespace floe::dbt {
namespace {

// What a template says to the person who runs it: shown as it is, not as a log line.
constexpr const char* kMessageTarget = "dbt.message";

}  // namespace

// Messages of templates become log records of the call that is under way.
struct Engine::Host : ScopeHost {
  explicit Host(const floe_host* raw) : host(raw) {}

  void send(std::int32_t level, const char* target, std::string_view message) const {
    host->log(host->ctx, nullptr, level, target, message.data(), message.size());
  }

  void log(std::string_view message, bool info) override {
    send(info ? FLOE_LOG_INFO : FLOE_LOG_DEBUG, info ? kMessageTarget : "dbt", message);
  }

  void print(std::string_view message) override { send(FLOE_LOG_INFO, kMessageTarget, message); }

  void warn(std::string_view message) override { send(FLOE_LOG_WARN, "dbt", message); }

  const floe_host* host;
};

struct Engine::Request {
  std::string command = "parse";
  json::object args;
  ParseOptions options;
  bool brief = false;
  std::string graph;  // SHA-256 of the manifest that parse answered; "" = the project as it is now
};

Engine::Engine(const floe_host* host)
    : host_(host),
      files_(io::make_disk_file_system()),
      environment_(io::make_process_environment()),
      clock_(io::make_system_clock()),
      scope_host_(std::make_unique<Host>(host)) {}

Engine::~Engine() = default;

Result<Engine::Request> Engine::read_request(std::string_view text) {
  const json::object object = FLOE_TRY(parse_json_object(text));
  FLOE_TRY(confine(get_object(object, "confined")));
  Request request;
  request.command = get_string_or(object, "command", "parse");
  request.brief = get_bool_or(object, "brief", false);
  request.graph = get_string_or(object, "graph", "");
  const std::string which = get_string_or(object, "which", request.command);
  if (const json::object* args = get_object(object, "args")) request.args = *args;
  WorkspaceOptions& workspace = request.options.workspace;
  workspace.project_dir = FLOE_TRY(require_string(object, "project_dir"));
  workspace.project_file = get_string_or(object, "project_file", "");
  workspace.profiles_dir = get_string(object, "profiles_dir");
  workspace.target_name = get_string(request.args, "target");
  workspace.profile_name = get_string(request.args, "profile");
  workspace.target_path = get_string(object, "target_path");
  if (const json::object* vars = get_object(object, "vars")) workspace.cli_vars = FLOE_TRY(load_json(to_json(*vars)));
  if (const json::object* defaults = get_object(object, "profile_defaults")) {
    Target& target = workspace.defaults;
    target.name = get_string_or(*defaults, "target", target.name);
    target.type = get_string_or(*defaults, "type", target.type);
    target.database = get_string_or(*defaults, "database", target.database);
    target.schema = get_string_or(*defaults, "schema", target.schema);
    target.threads = static_cast<int>(get_int(*defaults, "threads").value_or(target.threads));
  }
  request.options.invocation_id = get_string_or(object, "invocation_id", "");
  if (const auto started = time::parse_timestamp_micros(get_string_or(object, "run_started_at", ""))) {
    request.options.run_started_at_micros = *started;
  }
  std::vector<std::pair<Value, Value>> flags;
  flags.emplace_back(Value("WHICH"), Value(which));
  flags.emplace_back(Value("FULL_REFRESH"), Value(get_bool_or(request.args, "full_refresh", false)));
  flags.emplace_back(Value("STORE_FAILURES"), Value(get_bool_or(request.args, "store_failures", false)));
  flags.emplace_back(Value("FAIL_FAST"), Value(get_bool_or(request.args, "fail_fast", false)));
  flags.emplace_back(Value("EMPTY"), Value(get_bool_or(request.args, "empty", false)));
  request.options.flags = Value::dict(std::move(flags));
  std::vector<std::pair<Value, Value>> invocation_args;
  invocation_args.emplace_back(Value("which"), Value(which));
  for (const auto& [name, value] : request.args) {
    invocation_args.emplace_back(Value(std::string_view(name)), FLOE_TRY(load_json(to_json(value))));
  }
  request.options.invocation_args = Value::dict(std::move(invocation_args));
  return request;
}

// What this request may read; nullptr: all that its user may.
Status Engine::confine(const json::object* confined) {
  files_.confine(std::nullopt);
  environment_.confine(std::nullopt);
  if (confined == nullptr) return ok();
  const std::vector<std::string> names = get_texts(*confined, "environment");
  files_.confine(FLOE_TRY(require_string(*confined, "root")));
  environment_.confine(std::set<std::string>(names.begin(), names.end()));
  return ok();
}

Result<std::unique_ptr<Session>> Engine::open(const Request& request) {
  DiagnosticSink sink;
  auto session = parse_project(request.options, files_, environment_, *clock_, scope_host_.get(), sink);
  if (session == nullptr || sink.has_errors()) return diagnostics_error(ErrorCode::kData, sink);
  if (sink.warning_count() > 0) session->warnings = diagnostics_to_json(sink.sorted());
  return session;
}

Result<std::unique_ptr<Session>> Engine::take_kept(const Request& request) {
  if (kept_ == nullptr || kept_graph_ != request.graph) {
    return fail(ErrorCode::kInvalidState, "the graph that is to be executed is not the one that was parsed last");
  }
  std::unique_ptr<Session> kept = std::move(kept_);
  kept->warnings.clear();  // parse() told them
  for (const auto& node : kept->manifest.nodes)
    node->compilation = {};
  for (const Value& name : to_vector(request.options.flags))
    set_item(kept->flags, name, get_item(request.options.flags, name));
  kept->empty = get_bool_or(request.args, "empty", false);
  kept->invocation_args = request.options.invocation_args;
  if (const auto& given = request.options.workspace.target_path)
    kept->workspace->target_path = io::join_path(request.options.workspace.project_dir, *given);
  return kept;
}

Result<std::unique_ptr<Session>> Engine::session_of(const Request& request) {
  return request.graph.empty() ? open(request) : take_kept(request);
}

Result<std::string> Engine::write_manifest_file(const Session& session) {
  const std::string path = io::join_path(session.workspace->target_path, "manifest.json");
  FLOE_TRY(files_.create_directories(session.workspace->target_path));
  FLOE_TRY(files_.write_atomic(path, write_manifest(session), io::Durability::kFast));
  return path;
}

Result<std::string> Engine::parse(floe_call* /*call*/, std::string_view text) {
  const Request request = FLOE_TRY(read_request(text));
  kept_ = nullptr;
  files_.begin();
  auto opened = open(request);
  const std::set<std::string> opened_files = files_.end();
  auto session = FLOE_TRY(std::move(opened));
  std::string manifest;
  if (request.brief) {
    manifest = write_brief_manifest(*session, {environment_.names(), opened_files});
  } else {
    FLOE_TRY(write_manifest_file(*session));
    manifest = write_manifest(*session);
  }
  kept_ = std::move(session);
  kept_graph_ = text::sha256_hex(manifest);
  return manifest;
}

Result<std::string> Engine::invoke(floe_call* call, WarehouseClient warehouse, std::string_view text) {
  const Request request = FLOE_TRY(read_request(text));
  std::unique_ptr<Session> session = FLOE_TRY(session_of(request));
  auto answer = run_command({*session, host_, call, warehouse, request.command, request.args});
  // Afterwards, so that it holds the SQL of the nodes that were compiled, whether they succeeded or not.
  const std::string manifest_path = FLOE_TRY(write_manifest_file(*session));
  const std::string warnings = session->warnings;
  // What only reads leaves the graph as it was.
  const bool reads_only = request.command == "ls" || request.command == "list" || request.command == "compile";
  if (!request.graph.empty() && reads_only) kept_ = std::move(session);
  if (!answer) return std::move(answer).error();
  (*answer)["manifest_path"] = manifest_path;
  if (!warnings.empty()) (*answer)["warnings"] = warnings;
  return to_json(*answer);
}

std::string Engine::runtime() const {
  return to_json(json::object{{"name", "native"}, {"version", FLOE_VERSION}, {"dbt_version", kDbtVersion}});
}

}  // namespace floe::dbt
