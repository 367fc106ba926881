#include "verbs/reported_version.hpp"

#include "warehouse/older_version.hpp"

namespace floe::run {

Status report_older_version(const OpenedTables& opened, const warehouse::Relation& relation, DiagnosticSink& sink) {
  const std::string at = to_json(json::object{{"later_version", true}});
  const std::string text =
      FLOE_TRY(opened.platform->tables().load(opened.call.raw(), to_json(relation.to_identifier()), at));
  const json::object table = FLOE_TRY(parse_json_object(text));
  if (auto finding = warehouse::find_older_version(relation, table)) sink.report(*std::move(finding));
  return ok();
}

}  // namespace floe::run
