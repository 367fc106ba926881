#include "engine/shared_tables.hpp"

#include "model/relation.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

namespace floe::run {
namespace {

struct SharedTable {
  std::string location;
  std::vector<std::string> names;
};

// By uuid: a table that was renamed and one that was made anew under its name may share a folder and are two. One that
// cannot be read says so where it is read.
std::map<std::string, SharedTable> tables_of(const OpenedPlatform& platform, floe_call* call,
                                             const json::array& names) {
  std::map<std::string, SharedTable> tables;
  for (const json::value& identifier : names) {
    const auto text = platform.tables().load(call, to_json(identifier), "{}");
    const auto table = text ? parse_json_object(*text) : Result<json::object>(text.error());
    if (!table) continue;
    SharedTable& shared = tables[get_string_or(*table, "table_uuid", "")];
    shared.location = get_string_or(*table, "location", "");
    shared.names.push_back(warehouse::relation_from_identifier(identifier.as_object()).dotted());
  }
  return tables;
}

Diagnostic shared_finding(const SharedTable& table) {
  return error_diagnostic(
             "FLOE-E0504", "table-under-several-names",
             fmt::format("the catalog has one table under several names: {}", text::quoted_list(table.names)))
      .note(fmt::format("they lie at `{}`; a write to one would change or hide the rows of the others", table.location))
      .help(
          "restore the catalog from a backup, or take the wrong name out of it; `floe doctor` compares the catalog "
          "with the warehouse");
}

}  // namespace

Status check_tables_not_shared(const OpenedPlatform& platform, floe_call* call) {
  const std::string text = FLOE_TRY(platform.catalog().describe(call));
  const json::object description = FLOE_TRY(parse_json_object(text));
  const json::array* folders = get_array(description, "shared_folders");
  if (folders == nullptr) return ok();
  DiagnosticSink found;
  for (const json::value& names : *folders) {
    if (!names.is_array()) continue;
    for (const auto& [uuid, table] : tables_of(platform, call, names.get_array())) {
      if (table.names.size() > 1) found.report(shared_finding(table));
    }
  }
  return found.has_errors() ? Status(diagnostics_error(ErrorCode::kInvalidState, found)) : ok();
}

}  // namespace floe::run
