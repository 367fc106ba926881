#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/scan.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::duckdb_compute {

Result<std::string> stage(Statement& statement, std::string_view sql) {
  Runner& runner = statement.runner();
  const auto columns = FLOE_TRY(query_columns(runner, sql));
  FLOE_TRY(check_columns(columns));
  json::array described = FLOE_TRY(columns_to_json(columns));
  const std::string name = fresh_name(statement.engine(), "floe_stage_");
  auto created = runner.run("CREATE TEMP TABLE " + quote_name(name) + " AS\n" + std::string(trim_statement(sql)));
  if (!created) return shift_lines(std::move(created).error(), 1);
  const Rows count = FLOE_TRY(runner.run("SELECT count(*) FROM " + quote_name(name)));
  return to_json(json::object{{"name", name}, {"columns", std::move(described)}, {"rows", count.integer(0, 0)}});
}

namespace {

Status choose_files(Statement& statement, const Scan& scan) {
  const auto number = statement.engine().bound_views().chosen_number({scan.schema, scan.name});
  if (!number) {
    return failf(ErrorCode::kInvalidState, "`{}.{}` is not bound as prunable", scan.schema, scan.name);
  }
  const std::string body = FLOE_TRY(scan_body(scan));
  return statement.session().choose(statement.runner(), *number, body);
}

Status bind_private(Statement& statement, const std::vector<Scan>& scans) {
  auto& keys = statement.session().private_keys;
  for (const Scan& scan : scans) {
    if (!scan.is_private || scan.kind == ScanKind::kNative) continue;
    const std::string name = lower_name(scan.name);
    std::string* known = nullptr;
    for (auto& [bound, key] : keys) {
      if (bound == name) known = &key;
    }
    if (known != nullptr && !scan.key.empty() && *known == scan.key) continue;
    statement.session().described = {};
    if (scan.kind == ScanKind::kView) FLOE_TRY(statement.engine().check_sql(statement.runner(), scan.sql));
    const std::string body = FLOE_TRY(scan_body(scan));
    auto created = statement.runner().run("CREATE OR REPLACE TEMP VIEW " + quote_name(scan.name) + " AS\n" + body);
    if (!created) return shift_lines(std::move(created).error(), 1).with_context("bind `" + scan.name + "`");
    if (known != nullptr) {
      *known = scan.key;
    } else {
      keys.emplace_back(name, scan.key);
    }
  }
  return ok();
}

}  // namespace

Status bind_in_session(Statement& statement, const std::vector<Scan>& scans) {
  for (const Scan& scan : scans) {
    if (scan.is_pruned) FLOE_TRY(choose_files(statement, scan));
  }
  return bind_private(statement, scans);
}

Status unbind_in_session(Statement& statement, const std::vector<RelationName>& relations) {
  for (const RelationName& relation : relations) {
    const auto number = relation.is_pruned ? statement.engine().bound_views().chosen_number(relation) : std::nullopt;
    if (number) FLOE_TRY(statement.session().choose(statement.runner(), *number, ""));
  }
  return ok();
}

}  // namespace floe::duckdb_compute
