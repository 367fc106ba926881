// The entry of the plugin: floe.compute/1 over Engine and the methods of a session.
#include "floe/plugin.hpp"

#include "engine/config.hpp"
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/scan.hpp"
#include "sql/sql_limits.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <chrono>

namespace floe::duckdb_compute {
namespace {

constexpr const char* kVersion = "0.1.0";

class DuckDbCompute : public ComputePlugin<DuckDbCompute> {
 public:
  static constexpr std::uint32_t kThreads = FLOE_THREADS_CONCURRENT;
  static constexpr std::uint64_t kCapabilities = FLOE_COMPUTE_WRITES_FILES;

  explicit DuckDbCompute(Config config) : engine_(std::move(config)) {}

  static std::string validate_config(Call& /*call*/, std::string_view config) {
    json::array problems;
    for (const ConfigProblem& problem : check_config(config)) {
      problems.push_back(json::object{{"path", problem.path}, {"message", problem.message}});
    }
    return to_json(problems);
  }

  static Result<std::unique_ptr<DuckDbCompute>> create(Call& /*call*/, std::string_view config) {
    Config parsed = FLOE_TRY(parse_config(config));
    return std::make_unique<DuckDbCompute>(std::move(parsed));
  }

  std::string describe(Call& /*call*/) {
    return to_json(
        json::object{{"name", "duckdb"},
                     {"version", kVersion},
                     {"engine", "DuckDB"},
                     {"engine_version", duckdb_library_version()},
                     {"dialect", "duckdb"},
                     {"capabilities", json::array{"writes_files", "rewrites_files", "analyze", "scan_filters"}}});
  }

  Result<std::string> dbt_profile(Call& /*call*/, std::string_view target) {
    json::object parsed;
    if (!target.empty()) parsed = FLOE_TRY(parse_json_object(target));
    json::object profile{{"type", "duckdb"}, {"path", get_string_or(parsed, "path", ":memory:")}};
    if (const auto threads = get_int(parsed, "threads")) profile["threads"] = *threads;
    if (const auto schema = get_string(parsed, "schema")) profile["schema"] = *schema;
    return to_json(profile);
  }

  std::string required_packages(Call& /*call*/) {
    return to_json(json::object{{"pip", json::array{"dbt-duckdb>=1.11"}}});
  }

  Result<std::string> resources(Call& /*call*/, std::string_view request) {
    json::object parsed;
    if (!request.empty()) parsed = FLOE_TRY(parse_json_object(request));
    const std::string size = get_string_or(parsed, "workload_size", "small");
    if (size == "small") return resources_of("1", "2Gi", "2", "4Gi");
    if (size == "medium") return resources_of("2", "8Gi", "4", "16Gi");
    if (size == "large") return resources_of("8", "32Gi", "16", "64Gi");
    return failf(ErrorCode::kInvalidArgument, "unknown workload_size `{}`; known are small, medium, large", size);
  }

  Result<std::string> check_connection(Call& /*call*/) {
    const auto begin = std::chrono::steady_clock::now();
    const Connection connection = FLOE_TRY(engine_.connect());
    const std::chrono::duration<double, std::milli> latency = std::chrono::steady_clock::now() - begin;
    return to_json(json::object{{"status", "ok"},
                                {"latency_ms", latency.count()},
                                {"message", std::string("DuckDB ") + duckdb_library_version()},
                                {"warnings", json::array()}});
  }

  Result<std::uint64_t> open_session(Call& /*call*/, std::string_view options) { return engine_.open_session(options); }

  Status close_session(Call& /*call*/, std::uint64_t session) { return engine_.close_session(session); }

  Status interrupt(Call& /*call*/, std::uint64_t session) {
    const auto found = FLOE_TRY(engine_.session(session));
    found->interrupt();
    return ok();
  }

  Status query(Call& call, std::uint64_t session, std::string_view sql, ArrowStream params, ArrowArrayStream& rows,
               Sink& stats) {
    const auto statement = FLOE_TRY(begin(call, session, sql));
    auto done = duckdb_compute::query(*statement, sql, std::move(params));
    engine_.functions().forget();
    QueryAnswer answer = FLOE_TRY(std::move(done));
    stats.write(answer.stats);
    answer.rows.move_to(&rows);
    return ok();
  }

  Result<std::string> execute(Call& call, std::uint64_t session, std::string_view sql, std::string_view options) {
    const auto statement = FLOE_TRY(begin(call, session, sql));
    auto done = duckdb_compute::execute(*statement, sql, options);
    engine_.functions().forget();
    return done;
  }

  Result<std::string> describe_query(Call& call, std::uint64_t session, std::string_view sql) {
    const auto statement = FLOE_TRY(begin(call, session, sql));
    return duckdb_compute::describe_query(*statement, sql);
  }

  Result<std::string> tables_in(Call& call, std::uint64_t session, std::string_view sql) {
    FLOE_TRY(duckdb_compute::check_sql(sql));
    const auto statement = FLOE_TRY(begin(call, session));
    FileUses files;
    // Of what may not run nobody needs to know the files: it is refused when it is to.
    if (!engine_.check_sql(statement->runner(), sql, &files)) files = {};
    return duckdb_compute::tables_in(*statement, sql, files);
  }

  Result<std::string> analyze(Call& call, std::uint64_t session, std::string_view sql) {
    const auto statement = FLOE_TRY(begin(call, session, sql));
    return duckdb_compute::analyze(*statement, sql);
  }

  Status bind(Call& call, std::uint64_t session, std::string_view scans) {
    const std::vector<Scan> parsed = FLOE_TRY(parse_scans(scans));
    FLOE_TRY(engine_.session(session));
    FLOE_TRY(engine_.bound_views().bind(call, parsed));
    const bool is_shared =
        std::none_of(parsed.begin(), parsed.end(), [](const Scan& scan) { return scan.is_private || scan.is_pruned; });
    if (is_shared) return ok();
    const auto statement = FLOE_TRY(begin(call, session));
    return bind_in_session(*statement, parsed);
  }

  Result<std::string> scan_filters(Call& call, std::uint64_t session, std::string_view sql,
                                   std::string_view relations) {
    const std::vector<RelationName> parsed = FLOE_TRY(parse_relations(relations));
    const auto statement = FLOE_TRY(begin(call, session, sql));
    return duckdb_compute::scan_filters(*statement, sql, parsed);
  }

  Status unbind(Call& call, std::uint64_t session, std::string_view relations) {
    FLOE_TRY(engine_.session(session));
    const std::vector<RelationName> parsed = FLOE_TRY(parse_relations(relations));
    FLOE_TRY(engine_.bound_views().unbind(call, parsed));
    const bool is_shared =
        std::none_of(parsed.begin(), parsed.end(), [](const RelationName& name) { return name.is_pruned; });
    if (is_shared) return ok();
    const auto statement = FLOE_TRY(begin(call, session));
    return unbind_in_session(*statement, parsed);
  }

  Result<std::string> bound(Call& /*call*/, std::uint64_t session) {
    FLOE_TRY(engine_.session(session));
    json::array list;
    for (const BoundRelation& relation : engine_.bound_views().bound()) {
      list.push_back(json::object{{"schema", relation.schema}, {"name", relation.name}, {"key", relation.key}});
    }
    return to_json(json::object{{"relations", std::move(list)}});
  }

  Result<std::string> stage(Call& call, std::uint64_t session, std::string_view sql) {
    const auto statement = FLOE_TRY(begin(call, session, sql));
    return duckdb_compute::stage(*statement, sql);
  }

  Result<std::string> read_files(Call& call, std::uint64_t session, std::string_view request) {
    const auto statement = FLOE_TRY(begin(call, session));
    return duckdb_compute::read_files(*statement, request);
  }

  Result<std::string> write_files(Call& call, std::uint64_t session, std::string_view request, std::string_view sql) {
    FLOE_TRY(duckdb_compute::check_sql(sql));
    const auto statement = FLOE_TRY(begin(call, session));
    return duckdb_compute::write_files(*statement, request, sql);
  }

  Result<std::string> rewrite_files(Call& call, std::uint64_t session, std::string_view request) {
    const auto statement = FLOE_TRY(begin(call, session));
    return duckdb_compute::rewrite_files(*statement, request);
  }

 private:
  Result<std::unique_ptr<Statement>> begin(Call& call, std::uint64_t session) {
    auto found = FLOE_TRY(engine_.session(session));
    return Statement::begin(std::move(found), call);
  }

  Result<std::unique_ptr<Statement>> begin(Call& call, std::uint64_t session, std::string_view sql) {
    auto statement = FLOE_TRY(begin(call, session));
    FLOE_TRY(engine_.check_sql(statement->runner(), sql));
    return statement;
  }

  static std::string resources_of(const char* cpu, const char* memory, const char* cpu_limit,
                                  const char* memory_limit) {
    return to_json(json::object{{"requests", json::object{{"cpu", cpu}, {"memory", memory}}},
                                {"limits", json::object{{"cpu", cpu_limit}, {"memory", memory_limit}}}});
  }

  Engine engine_;
};

}  // namespace
}  // namespace floe::duckdb_compute

FLOE_PLUGIN("io.floe.compute.duckdb", "0.1.0", "floe", floe::expose<floe::duckdb_compute::DuckDbCompute>("duckdb"));
